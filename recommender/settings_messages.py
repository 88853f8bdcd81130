"""What is said of settings that cannot be used."""

from recommender.errors import Text

MESSAGES: dict[str, Text] = {
    "missing": {
        "en": "SECRET_KEY is missing; set it to at least {least} random characters ({how})",
        "id": "SECRET_KEY belum ada; isi dengan sedikitnya {least} karakter acak ({how})",
    },
    "short": {
        "en": "SECRET_KEY is too short or too regular to be a secret; set it to at least {least} "
        "random characters ({how})",
        "id": "SECRET_KEY terlalu pendek atau terlalu teratur untuk menjadi rahasia; isi dengan "
        "sedikitnya {least} karakter acak ({how})",
    },
    "example": {
        "en": "SECRET_KEY is an example that others know; set it to at least {least} random "
        "characters ({how})",
        "id": "SECRET_KEY adalah contoh yang diketahui orang lain; isi dengan sedikitnya {least} "
        "karakter acak ({how})",
    },
    "database": {
        "en": "DATABASE_URL is of no known kind; write it as sqlite:///folder/file.db or "
        "postgresql://user:password@host/name",
        "id": "DATABASE_URL tidak dikenali jenisnya; tuliskan sebagai sqlite:///folder/berkas.db "
        "atau postgresql://pengguna:sandi@host/nama",
    },
    "driver": {
        "en": "DATABASE_URL names PostgreSQL, whose driver is not installed; install "
        "recommender[postgres]",
        "id": "DATABASE_URL menunjuk PostgreSQL, tetapi penggeraknya belum terpasang; pasang "
        "recommender[postgres]",
    },
    "proxies": {
        "en": "RECOMMENDER_PROXIES must be a whole number from 0 to 9: how many proxies of yours "
        "stand in front of the server",
        "id": "RECOMMENDER_PROXIES harus bilangan bulat 0 sampai 9: berapa proxy Anda yang berdiri "
        "di depan server",
    },
    "hooks": {
        "en": "RECOMMENDER_HOOKS_ANYWHERE must be yes or no: whether endpoints of agencies may be "
        "plain http, on any port and in this machine's own network",
        "id": "RECOMMENDER_HOOKS_ANYWHERE harus yes atau no: apakah endpoint agensi boleh memakai "
        "http biasa, port mana pun, dan jaringan milik komputer ini",
    },
    "log": {
        "en": "RECOMMENDER_LOG must be text or json: how the server logs",
        "id": "RECOMMENDER_LOG harus text atau json: cara server menulis log",
    },
    "metrics": {
        "en": "RECOMMENDER_METRICS must be yes or no: whether /metrics tells how the server does",
        "id": "RECOMMENDER_METRICS harus yes atau no: apakah /metrics memuat angka kerja server",
    },
    "no_metrics": {
        "en": "RECOMMENDER_METRICS needs a library that is not installed; install "
        "recommender[metrics]",
        "id": "RECOMMENDER_METRICS memerlukan pustaka yang belum terpasang; pasang "
        "recommender[metrics]",
    },
    "redis": {
        "en": "RECOMMENDER_REDIS must be the address of a Redis, such as redis://host:6379/0, "
        "rediss://:password@host:6379/0 or unix:///folder/redis.sock",
        "id": "RECOMMENDER_REDIS harus alamat sebuah Redis, misalnya redis://host:6379/0, "
        "rediss://:sandi@host:6379/0 atau unix:///folder/redis.sock",
    },
    "no_redis": {
        "en": "RECOMMENDER_REDIS needs a library that is not installed; install recommender[redis]",
        "id": "RECOMMENDER_REDIS memerlukan pustaka yang belum terpasang; pasang "
        "recommender[redis]",
    },
    "address": {
        "en": "RECOMMENDER_ADDRESS must be the public address of this installation without a path, "
        "such as https://forms.example",
        "id": "RECOMMENDER_ADDRESS harus alamat publik instalasi ini tanpa jalur, misalnya "
        "https://forms.example",
    },
}
