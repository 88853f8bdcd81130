"""What a rules folder can have wrong, in the words of its author: what it is and what to do."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from recommender.errors import Finding, Text, filled
from recommender.rulebook.findings_around import AROUND
from recommender.rulebook.findings_extend import EXTENDING
from recommender.rulebook.findings_review import REVIEW
from recommender.rulebook.findings_rules import RULES

MESSAGES: dict[str, Text] = {
    "missing_folder": {
        "en": "there is no such folder; name the folder that holds the rules",
        "id": "folder ini tidak ada; sebutkan folder tempat aturan disimpan",
    },
    "release_name": {
        "en": "a release cannot be called “{value}”; use at most 20 letters, digits and dots, "
        "such as 2026.11",
        "id": "rilis tidak bisa bernama “{value}”; gunakan paling banyak 20 huruf, angka, dan "
        "titik, misalnya 2026.11",
    },
    "release_taken": {
        "en": "there is a release of this name already, and links name it; choose another name",
        "id": "sudah ada rilis bernama ini, dan tautan menyebutnya; pilih nama lain",
    },
    "release_changed": {
        "en": "this release is not as it was made; restore the file, or remove it, "
        "which ends the links to it",
        "id": "rilis ini tidak lagi seperti saat dibuat; pulihkan berkasnya, atau hapus sehingga "
        "tautannya tidak berlaku lagi",
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
    "yaml_colon": {
        "en": "this is not valid YAML: a colon stands inside a text, or a line is indented too "
        "far; put the text in double quotes, or line the keys up",
        "id": "ini bukan YAML yang sah: ada titik dua di dalam teks, atau baris terlalu menjorok; "
        "apit teksnya dengan tanda kutip ganda, atau sejajarkan kuncinya",
    },
    "yaml_letter": {
        "en": "this is not valid YAML: a tab, @, ` or % stands where a text or key begins; indent "
        "with spaces, and put such texts in double quotes",
        "id": "ini bukan YAML yang sah: ada tab, @, ` atau % di awal teks atau kunci; gunakan "
        "spasi untuk menjorokkan baris, dan apit teks seperti itu dengan tanda kutip ganda",
    },
    "yaml_place": {
        "en": "this is not valid YAML: something before this does not line up or is not closed; "
        "begin the keys of one thing in the same column, and close every bracket and quote",
        "id": "ini bukan YAML yang sah: sesuatu sebelum ini tidak sejajar atau belum ditutup; "
        "mulailah kunci yang setingkat di kolom yang sama, dan tutup setiap kurung dan tanda kutip",
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
    "too_dense": {
        "en": "more than {most} lists and mappings in a file of this size; "
        "no rules file needs that",
        "id": "lebih dari {most} daftar dan pemetaan dalam berkas sebesar ini; "
        "berkas aturan tidak memerlukannya",
    },
    "second_document": {
        "en": "a second document starts here; keep one document a file",
        "id": "dokumen kedua dimulai di sini; satu berkas hanya untuk satu dokumen",
    },
    "mapping_wanted": {
        "en": "“{name}” must be a map of keys and values; write {{key: value}}, or each key on a "
        "line of its own below",
        "id": "“{name}” harus berupa pasangan kunci dan nilai; tulis {{kunci: nilai}}, atau tiap "
        "kunci pada baris sendiri di bawahnya",
    },
    "file_wanted": {
        "en": "the file must begin with its key, such as “rules:”, and hold the rest below it",
        "id": "berkas harus dimulai dengan kuncinya, misalnya “rules:”, dan isinya di bawahnya",
    },
    "list_wanted": {
        "en": "“{name}” must be a list; begin each entry with “- ”, or write [one, another]",
        "id": "“{name}” harus berupa daftar; awali tiap butir dengan “- ”, atau tulis [satu, lain]",
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
    "few_entries": {
        "en": "“{name}” has too few entries; write at least {least}",
        "id": "“{name}” kurang isinya; tulis sedikitnya {least}",
    },
    "many_entries": {
        "en": "“{name}” has too many entries; keep {most} at most",
        "id": "“{name}” terlalu banyak isinya; pertahankan paling banyak {most}",
    },
    "empty_choice": {
        "en": "“{name}” has no value here; write one, and put several values of one key in "
        "brackets: [one, another]",
        "id": "“{name}” tidak punya nilai di sini; tulis satu, dan apit beberapa nilai untuk satu "
        "kunci dengan kurung siku: [satu, lain]",
    },
    "several_ids": {
        "en": "“{value}” is not one id; put several in brackets: [one, another]",
        "id": "“{value}” bukan satu id; apit beberapa id dengan kurung siku: [satu, lain]",
    },
    "curly_quotes": {
        "en": "“{name}” is no key, but the rest of a text in curly quotes; enclose texts in "
        'straight ones: "…"',
        "id": "“{name}” bukan kunci, melainkan sisa teks dalam tanda kutip melengkung; apit teks "
        'dengan tanda kutip lurus: "…"',
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
        "en": "{type} has no platform “{value}” in platforms.yaml; add it there, or name one of "
        "its platforms{near}",
        "id": "{type} tidak punya platform “{value}” di platforms.yaml; tambahkan di sana, atau "
        "sebutkan salah satu platformnya{near}",
    },
    "unknown_source": {
        "en": "there is no source “{value}” in sources.yaml; add it there{near}",
        "id": "tidak ada sumber “{value}” di sources.yaml; tambahkan di sana{near}",
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
    "answers": {
        "en": "these answers cannot be used: {why}",
        "id": "jawaban ini tidak dapat dipakai: {why}",
    },
    **AROUND,
    **REVIEW,
    **RULES,
    **EXTENDING,
}

_NEAR = {"en": "; did you mean “{}”?", "id": "; apakah maksud Anda “{}”?"}
_LISTED = {"en": "; possible: {}", "id": "; pilihannya: {}"}
MOST_LISTED = 20
"""So many names are listed where none is near to what was written."""


class Findings:
    """Gathers findings while a folder is read, so that all come out at once."""

    def __init__(self, messages: Mapping[str, Text] = MESSAGES) -> None:
        self._messages = messages
        self._found: set[tuple[str, int, tuple[str, str], bool]] = set()

    def add(
        self,
        file: str,
        line: int,
        key: str,
        *,
        near: Iterable[str] = (),
        warning: bool = False,
        **values: object,
    ) -> None:
        """Note one problem; `near` are the names that `value` (or `name`) may have meant.

        A line that knows its file stands there, whatever the file is called here.
        """
        wrong = str(values.get("value", values.get("name", "")))
        known = list(near)
        meant = get_close_matches(wrong[:80], known, 1)
        listed = [] if meant or "choices" in values or len(known) > MOST_LISTED else known
        words = _NEAR if meant else _LISTED if listed else {"en": "", "id": ""}
        hint = {
            lang: sentence.format(", ".join(meant or listed)) for lang, sentence in words.items()
        }
        said = filled(self._messages[key], 300, near=hint, **values)
        place = getattr(line, "file", file), int(line)
        self._found.add((*place, (said["en"], said["id"]), warning))

    def take(self, others: "Findings") -> None:
        """Note all that others found."""
        self._found |= others._found

    def __len__(self) -> int:
        return len(self._found)

    def all(self) -> tuple[Finding, ...]:
        """Every finding, by file and line."""
        return tuple(
            Finding(file, line, {"en": en, "id": id_}, warning)
            for file, line, (en, id_), warning in sorted(self._found)
        )
