"""What a form's file can have wrong, in the words of its author: what it is and what to do."""

from recommender.errors import Finding, RecommenderError, Text
from recommender.rulebook.findings import MESSAGES as OF_FILES

MESSAGES: dict[str, Text] = {
    **OF_FILES,
    "file_wanted": {
        "en": "the file must be a map of settings; begin with “name: …” and “slug: …”, each on a "
        "line of its own",
        "id": "berkas harus berisi pengaturan; mulai dengan “name: …” dan “slug: …”, "
        "masing-masing pada baris sendiri",
    },
    "bad_id": {
        "en": "“{value}” cannot be used here; write lower-case letters, digits and hyphens, at "
        "least three for a slug",
        "id": "“{value}” tidak bisa dipakai di sini; gunakan huruf kecil, angka, dan tanda "
        "hubung, sedikitnya tiga untuk slug",
    },
    "colour": {
        "en": "“{value}” is no colour; write # and six digits, such as #1a5fb4",
        "id": "“{value}” bukan warna; tulis # dan enam digit, misalnya #1a5fb4",
    },
    "control_letters": {
        "en": "“{name}” holds letters that nobody sees, such as a tab; type the text again",
        "id": "“{name}” memuat karakter yang tidak terlihat, misalnya tab; ketik ulang teksnya",
    },
    "time_zone": {
        "en": "there is no time zone “{value}”; write one such as Asia/Jakarta{near}",
        "id": "tidak ada zona waktu “{value}”; tulis misalnya Asia/Jakarta{near}",
    },
    "site": {
        "en": "“{value}” is not the exact address of a site; use {offer}",
        "id": "“{value}” bukan alamat situs yang persis; gunakan {offer}",
    },
    "no_site": {
        "en": "“{value}” is no address of a site; write https:// and the host, without a path or "
        "*, such as https://kopi.example",
        "id": "“{value}” bukan alamat situs; tulis https:// dan nama host tanpa jalur atau *, "
        "misalnya https://kopi.example",
    },
    "contact_address": {
        "en": "nobody can be reached at “{value}”; write an e-mail address, a page that begins "
        "with https:// or a telephone number, such as privacy@kopi.example",
        "id": "tidak ada yang bisa dihubungi lewat “{value}”; tulis alamat surel, halaman yang "
        "diawali https://, atau nomor telepon, misalnya privasi@kopi.example",
    },
    "reserved": {
        "en": "“{value}” is too short, used by the product, or the name of a contact detail; "
        "choose another name",
        "id": "“{value}” terlalu pendek, sudah dipakai produk, atau nama data kontak; pilih nama "
        "lain",
    },
    "is_question": {
        "en": "“{value}” is a question of the questionnaire already; choose another name",
        "id": "“{value}” sudah menjadi pertanyaan kuesioner; pilih nama lain",
    },
    "twice": {
        "en": "“{value}” stands here twice; keep one",
        "id": "“{value}” tertulis dua kali di sini; pertahankan satu",
    },
    "few_options": {
        "en": "question “{value}” needs at least two options",
        "id": "pertanyaan “{value}” perlu sedikitnya dua opsi",
    },
    "no_options": {
        "en": "question “{value}” is answered in words; remove its options, or make it one or many",
        "id": "pertanyaan “{value}” dijawab dengan kata-kata; hapus opsinya, atau ubah menjadi one "
        "atau many",
    },
    "asks_nothing": {
        "en": "the form has a contact step but asks for nothing; ask for name, email or "
        "organisation, or write contact: off",
        "id": "formulir ini punya langkah kontak tetapi tidak menanyakan apa pun; tanyakan name, "
        "email, atau organisation, atau tulis contact: off",
    },
    "unknown_rules": {
        "en": "there are no rules “{value}”{near}",
        "id": "tidak ada aturan “{value}”{near}",
    },
    "chosen": {"en": "a chosen option", "id": "opsi terpilih"},
    "contrast": {
        "en": "{role} {colour} on {ground} {on} has a contrast of {ratio}:1 in the {scheme} "
        "scheme, too little to be read; use {offer}, which passes {least}:1",
        "id": "{role} {colour} di atas {ground} {on} punya kontras {ratio}:1 pada skema {scheme}, "
        "terlalu kecil untuk dibaca; gunakan {offer}, yang lolos {least}:1",
    },
    "contrast_hopeless": {
        "en": "{role} {colour} beside {ground} {on} has a contrast of {ratio}:1 in the {scheme} "
        "scheme, and no other lightness reaches {least}:1 everywhere; choose bg and surface nearer "
        "to each other",
        "id": "{role} {colour} di dekat {ground} {on} punya kontras {ratio}:1 pada skema {scheme}, "
        "dan tidak ada terang-gelap lain yang mencapai {least}:1 di semua tempat; pilih bg dan "
        "surface yang lebih berdekatan",
    },
    "logo_missing": {
        "en": "there is no file “{value}” beside this one; correct the name, or remove “logo”",
        "id": "tidak ada berkas “{value}” di dekat berkas ini; perbaiki namanya, atau hapus “logo”",
    },
    "logo_kind": {
        "en": "“{value}” is no PNG, JPEG or WebP picture; save it as one of these",
        "id": "“{value}” bukan gambar PNG, JPEG, atau WebP; simpan sebagai salah satunya",
    },
    "logo_large": {
        "en": "“{value}” has {have} bytes; make it smaller, {most} at most",
        "id": "“{value}” berukuran {have} bita; perkecil, paling besar {most}",
    },
    "consent_version": {
        "en": "the words that people agree to have changed; give them a new version, such as "
        "“{value}”",
        "id": "kalimat persetujuan telah berubah; beri versi baru, misalnya “{value}”",
    },
    "columns": {
        "en": "the columns cannot be used: {why}; write client, email, ref and ids of questions, "
        "each once; client is needed",
        "id": "kolomnya tidak dapat dipakai: {why}; tulis client, email, ref, dan id pertanyaan, "
        "masing-masing sekali; client wajib ada",
    },
    "csv": {
        "en": "this is not valid CSV ({why}); enclose cells with commas or quotes in double quotes",
        "id": "ini bukan CSV yang sah ({why}); apit sel yang memuat koma atau tanda kutip dengan "
        "tanda kutip ganda",
    },
    "cells": {
        "en": "the row has {have} cells for {most} columns; enclose cells with commas in quotes",
        "id": "baris ini memuat {have} sel untuk {most} kolom; apit sel yang memuat koma dengan "
        "tanda kutip",
    },
    "no_clients": {
        "en": "the file names no client; write a row for each",
        "id": "berkas ini tidak menyebut satu klien pun; tulis satu baris untuk tiap klien",
    },
    "email": {
        "en": "“{value}” is no e-mail address; correct it or leave it out",
        "id": "“{value}” bukan alamat surel; perbaiki atau kosongkan",
    },
    "slug_other": {
        "en": "this file is of the form “{value}”, not of “{name}”; open that one, or correct the "
        "slug",
        "id": "berkas ini milik formulir “{value}”, bukan “{name}”; buka formulir itu, atau "
        "perbaiki slug-nya",
    },
    "slug_taken": {
        "en": "another agency has a form “{value}”; choose another slug",
        "id": "agensi lain sudah punya formulir “{value}”; pilih slug lain",
    },
}


class FormFileError(RecommenderError):
    """A form's file that cannot be used; `findings` holds every problem, by line."""

    def __init__(self, findings: tuple[Finding, ...]):
        super().__init__("\n".join(finding.text("en") for finding in findings))
        self.findings = findings
