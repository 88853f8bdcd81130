#!/bin/sh
# The command line of an installation on one machine: as its user, in its folder, with its settings.
cd /var/lib/recommender && set -a && . /etc/recommender.env || exit
exec runuser -u recommender -- /opt/recommender/bin/recommender "$@"
