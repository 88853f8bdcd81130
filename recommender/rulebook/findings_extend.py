"""What a folder that extends other rules can have wrong; a part of the table in `findings`."""

from recommender.errors import Text

EXTENDING: dict[str, Text] = {
    "unknown_base": {
        "en": "there are no rules “{value}” to extend; write shipped, or a released version{near}",
        "id": "tidak ada aturan “{value}” untuk diperluas; tulis shipped, atau versi yang sudah "
        "dirilis{near}",
    },
    "extended_file": {
        "en": "{name} comes from the rules that this folder extends; remove this file",
        "id": "{name} diambil dari aturan yang diperluas folder ini; hapus berkas ini",
    },
    "unknown_rule": {
        "en": "the rules that this folder extends have no rule “{value}”; correct the id{near}",
        "id": "aturan yang diperluas folder ini tidak memuat “{value}”; perbaiki id-nya{near}",
    },
    "extended_rule": {
        "en": "rule “{value}” stands at {place}; to change it use changes.yaml, or give this one "
        "another id",
        "id": "aturan “{value}” ada di {place}; untuk mengubahnya gunakan changes.yaml, atau beri "
        "aturan ini id lain",
    },
    "extended_id": {
        "en": "“{value}” stands at {place} already; give this one another id",
        "id": "“{value}” sudah ada di {place}; beri yang ini id lain",
    },
    "repeated_change": {
        "en": "rule “{value}” has an entry at line {place} already; keep one",
        "id": "aturan “{value}” sudah punya entri di baris {place}; pertahankan satu",
    },
    "changed_and_off": {
        "en": "rule “{value}” is changed at line {place} and switched off here; keep one of them",
        "id": "aturan “{value}” diubah di baris {place} dan dimatikan di sini; pertahankan salah "
        "satunya",
    },
    "no_change": {
        "en": "this changes nothing of rule “{value}”; write what is to be different, or remove it",
        "id": "ini tidak mengubah apa pun pada aturan “{value}”; tulis yang harus berbeda, atau "
        "hapus",
    },
    "change_points": {
        "en": "rule “{value}” gives no points (it has “{has}”), so effects cannot change it; "
        "switch it off and write a rule of your own",
        "id": "aturan “{value}” tidak memberi poin (isinya “{has}”), jadi tidak bisa diubah dengan "
        "effects; matikan, lalu tulis aturan Anda sendiri",
    },
    "change_reason": {
        "en": "rule “{value}” now raises or lowers {type}, which its reason does not explain; "
        "write a reason of your own",
        "id": "aturan “{value}” kini menaikkan atau menurunkan {type}, padahal alasannya tidak "
        "menjelaskan itu; tulis alasan Anda sendiri",
    },
    "repeated_service": {
        "en": "service “{value}” stands earlier in this file already; give this one another id",
        "id": "layanan “{value}” sudah ada di atas dalam berkas ini; beri id lain",
    },
}
