"""How gunicorn ends: `--worker-class recommender.web.ending_gunicorn.Worker`.

Left to itself a worker that is told to end takes no more connections, but keeps the socket until
all that it has taken is answered. Meanwhile the system takes connections on it for nobody, and
cuts them off once the last worker has ended.
"""

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]


class Worker(ThreadWorker):  # type: ignore[misc]
    """Takes who has reached us already, then closes the socket, so that others are refused."""

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            taken = -1
            while taken < self.nr_conns < self.worker_connections:
                taken = self.nr_conns
                self.accept(listener)
            listener.close()
