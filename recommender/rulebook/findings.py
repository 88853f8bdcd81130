"""What a rules folder can have wrong, in the words of its author: what it is and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

from recommender.errors import Finding, Text, filled

MESSAGES: dict[str, Text] = {
    "missing_folder": {
        "en": "there is no such folder; name the folder that holds the rules",
        "id": "folder ini tidak ada; sebutkan folder tempat aturan disimpan",
    },
    "missing_file": {
        "en": "the file is missing; add it (a copy of the shipped one is a good start)",
        "id": "berkas ini tidak ada; tambahkan (salinan berkas bawaan bisa jadi awal yang baik)",
    },
    "not_yaml_file": {
        "en": "only .yaml files belong in a rules folder; move this one elsewhere",
        "id": "folder aturan hanya berisi berkas .yaml; pindahkan berkas ini",
    },
    "too_large": {
        "en": "the file is larger than {most} bytes; split it",
        "id": "berkas lebih besar dari {most} bita; pecah menjadi beberapa berkas",
    },
    "encoding": {
        "en": "the file is not UTF-8 text; save it as UTF-8",
        "id": "berkas ini bukan teks UTF-8; simpan sebagai UTF-8",
    },
    "empty": {
        "en": "the file is empty; write its content or remove it",
        "id": "berkas ini kosong; tulis isinya atau hapus berkasnya",
    },
    "yaml": {
        "en": "this is not valid YAML ({why}); put texts with a colon, a # or a quote in double "
        "quotes",
        "id": "ini bukan YAML yang sah ({why}); apit teks yang memuat titik dua, # atau tanda "
        "kutip dengan tanda kutip ganda",
    },
    "alias": {
        "en": "anchors, aliases and merge keys are not allowed; write the content out",
        "id": "anchor, alias, dan merge key tidak diizinkan; tulis isinya secara lengkap",
    },
    "tag": {
        "en": "YAML tags are not allowed; remove “{name}”",
        "id": "tag YAML tidak diizinkan; hapus “{name}”",
    },
    "repeated_key": {
        "en": "the key “{name}” is given twice here; keep one",
        "id": "kunci “{name}” tertulis dua kali di sini; pertahankan satu",
    },
    "key_not_text": {
        "en": "a key must be plain text",
        "id": "kunci harus berupa teks biasa",
    },
    "too_deep": {
        "en": "nested deeper than {most} levels; no rules file needs that",
        "id": "bersarang lebih dari {most} tingkat; berkas aturan tidak memerlukannya",
    },
    "second_document": {
        "en": "a second document starts here; keep one document a file",
        "id": "dokumen kedua dimulai di sini; satu berkas hanya untuk satu dokumen",
    },
    "mapping_wanted": {
        "en": "“{name}” must be a map of keys and values",
        "id": "“{name}” harus berupa pasangan kunci dan nilai",
    },
    "list_wanted": {
        "en": "“{name}” must be a list",
        "id": "“{name}” harus berupa daftar",
    },
    "text_wanted": {
        "en": "“{name}” must be text",
        "id": "“{name}” harus berupa teks",
    },
    "missing_key": {
        "en": "“{name}” is missing; add it",
        "id": "“{name}” belum ada; tambahkan",
    },
    "unknown_key": {
        "en": "“{name}” is not known here; remove it or correct it{near}",
        "id": "“{name}” tidak dikenal di sini; hapus atau perbaiki{near}",
    },
    "empty_text": {
        "en": "“{name}” is empty; fill it in or leave it out",
        "id": "“{name}” kosong; isi atau hilangkan",
    },
    "long_text": {
        "en": "“{name}” is too long; shorten it",
        "id": "“{name}” terlalu panjang; persingkat",
    },
    "empty_list": {
        "en": "“{name}” is empty; write at least one",
        "id": "“{name}” kosong; tulis sedikitnya satu",
    },
    "one_of": {
        "en": "“{value}” is not possible for “{name}”; use one of: {choices}{near}",
        "id": "“{value}” tidak bisa dipakai untuk “{name}”; gunakan salah satu: {choices}{near}",
    },
    "whole_number": {
        "en": "“{value}” must be a whole number from {least} to {most}",
        "id": "“{value}” harus bilangan bulat dari {least} sampai {most}",
    },
    "bad_id": {
        "en": "“{value}” cannot be an id; use lower-case letters, digits, - and _",
        "id": "“{value}” tidak bisa menjadi id; gunakan huruf kecil, angka, - dan _",
    },
    "address": {
        "en": "“{value}” must be an http or https address",
        "id": "“{value}” harus alamat http atau https",
    },
    "unknown_question": {
        "en": "there is no question “{value}”{near}",
        "id": "tidak ada pertanyaan “{value}”{near}",
    },
    "unknown_option": {
        "en": "“{value}” is not an option of {question}{near}",
        "id": "“{value}” bukan opsi untuk {question}{near}",
    },
    "unknown_type": {
        "en": "there is no type “{value}”{near}",
        "id": "tidak ada jenis “{value}”{near}",
    },
    "unknown_platform": {
        "en": "{type} has no platform “{value}” in platforms.yaml{near}",
        "id": "{type} tidak punya platform “{value}” di platforms.yaml{near}",
    },
    "unknown_source": {
        "en": "there is no source “{value}” in sources.yaml{near}; add it there",
        "id": "tidak ada sumber “{value}” di sources.yaml{near}; tambahkan di sana",
    },
    "repeated_rule": {
        "en": "rule “{value}” stands at {place} already; give this one another id",
        "id": "aturan “{value}” sudah ada di {place}; beri aturan ini id lain",
    },
    "repeated_case": {
        "en": "case “{value}” stands at {place} already; give this one another id",
        "id": "kasus “{value}” sudah ada di {place}; beri kasus ini id lain",
    },
    "repeated_type": {
        "en": "this case names {type} already; a type either worked or did not, so name it once",
        "id": "kasus ini sudah menyebut {type}; suatu jenis berhasil atau tidak, jadi sebut sekali",
    },
    "no_rules": {
        "en": "no file of this folder has a rule; write at least one",
        "id": "tidak ada berkas di folder ini yang memuat aturan; tulis sedikitnya satu",
    },
    "one_effect": {
        "en": "rule “{rule}” must have exactly one of effects, exclude, close and warn",
        "id": "aturan “{rule}” harus memiliki tepat satu dari effects, exclude, close, dan warn",
    },
    "one_sign": {
        "en": "rule “{rule}” both raises and lowers; make two rules, each with its own reason",
        "id": "aturan “{rule}” menaikkan sekaligus menurunkan; jadikan dua aturan dengan alasan "
        "masing-masing",
    },
    "zero_points": {
        "en": "rule “{rule}” gives 0 points to {type}; give it points or leave it out",
        "id": "aturan “{rule}” memberi 0 poin kepada {type}; beri poin atau hilangkan",
    },
    "odd_goal": {
        "en": "rule “{rule}” reads goal, so its points are halved for another goal: make {points} "
        "even",
        "id": "aturan “{rule}” membaca goal, jadi poinnya dibagi dua untuk tujuan lain: jadikan "
        "{points} genap",
    },
    "goal_place": {
        "en": "“goal” may stand only in `when` of rules that give points; name primary_goal and "
        "secondary_goals instead",
        "id": "“goal” hanya boleh ada di `when` pada aturan yang memberi poin; sebutkan "
        "primary_goal dan secondary_goals",
    },
    "gate_kind": {
        "en": "rule “{rule}” excludes or closes, so its kind must be gate",
        "id": "aturan “{rule}” mengecualikan atau menutup, jadi kind harus gate",
    },
    "gate_points": {
        "en": "rule “{rule}” gives points, so its kind cannot be gate; a gate excludes or closes",
        "id": "aturan “{rule}” memberi poin, jadi kind tidak boleh gate; gate mengecualikan atau "
        "menutup",
    },
    "example_both": {
        "en": "rule “{rule}” needs one example that fires and one that does not",
        "id": "aturan “{rule}” perlu satu contoh yang berlaku dan satu yang tidak",
    },
    "example_wrong": {
        "en": "this example of rule “{rule}” says fires: {said}, but it is {actual}; correct the "
        "example or the conditions",
        "id": "contoh aturan “{rule}” ini menyebut fires: {said}, padahal {actual}; perbaiki "
        "contoh atau syaratnya",
    },
    "example_effect": {
        "en": "rule “{rule}” does not do this to {type}; correct the example",
        "id": "aturan “{rule}” tidak berpengaruh demikian pada {type}; perbaiki contohnya",
    },
    "answers": {
        "en": "these answers cannot be used: {why}",
        "id": "jawaban ini tidak dapat dipakai: {why}",
    },
    "one_expectation": {
        "en": "a scenario expects exactly one of first and top_two",
        "id": "skenario mengharapkan tepat satu dari first dan top_two",
    },
    "unknown_scenario": {
        "en": "there is no scenario “{value}” in scenarios.yaml{near}",
        "id": "tidak ada skenario “{value}” di scenarios.yaml{near}",
    },
    "repeated_advice": {
        "en": "advice “{value}” stands earlier in this file already; give this one another id",
        "id": "saran “{value}” sudah ada di atas dalam berkas ini; beri id lain",
    },
    "unknown_place": {
        "en": "“{value}” leads nowhere{near}; use questionnaire, example, sources, type.… or "
        "guide.…",
        "id": "“{value}” tidak mengarah ke mana pun{near}; gunakan questionnaire, example, "
        "sources, type.… atau guide.…",
    },
    "layout": {
        "en": "the newest layout does not hold the options of {question} in the questionnaire's "
        "order; append a new layout with the next version",
        "id": "tata letak terbaru tidak memuat opsi {question} sesuai urutan kuesioner; tambahkan "
        "tata letak baru dengan versi berikutnya",
    },
    "layout_versions": {
        "en": "layouts are numbered 1, 2, 3, … in order, up to 31",
        "id": "tata letak bernomor urut 1, 2, 3, … sampai 31",
    },
    "code_length": {
        "en": "a code of this layout takes {letters} letters, more than 20",
        "id": "kode dengan tata letak ini memerlukan {letters} huruf, lebih dari 20",
    },
    "ends": {
        "en": "the bar must begin below zero and end above it",
        "id": "batang harus dimulai di bawah nol dan berakhir di atasnya",
    },
}

_NEAR = {"en": "; did you mean “{}”?", "id": "; apakah maksud Anda “{}”?"}


class Findings:
    """Gathers findings while a folder is read, so that all come out at once."""

    def __init__(self) -> None:
        self._found: set[tuple[str, int, tuple[str, str]]] = set()

    def add(
        self, file: str, line: int, key: str, *, near: Iterable[str] = (), **values: object
    ) -> None:
        """Note one problem; `near` are the names that `value` (or `name`) may have meant."""
        wrong = str(values.get("value", values.get("name", "")))
        meant = get_close_matches(wrong[:80], list(near), 1)
        hint = {lang: words.format(meant[0]) if meant else "" for lang, words in _NEAR.items()}
        words = filled(MESSAGES[key], 200, near=hint, **values)
        self._found.add((file, line, (words["en"], words["id"])))

    def __bool__(self) -> bool:
        return bool(self._found)

    def all(self) -> tuple[Finding, ...]:
        """Every finding, by file and line."""
        return tuple(
            Finding(file, line, {"en": en, "id": id_})
            for file, line, (en, id_) in sorted(self._found)
        )
