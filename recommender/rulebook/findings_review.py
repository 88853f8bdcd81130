"""What the review of a rules folder can find; a part of the table in `findings`."""

from recommender.errors import Text

REVIEW: dict[str, Text] = {
    "never_holds": {
        "en": "rule “{rule}” can never hold: no valid answers meet `when` without meeting "
        "`unless`; correct the conditions",
        "id": "aturan “{rule}” tidak mungkin berlaku: tidak ada jawaban sah yang memenuhi `when` "
        "tanpa memenuhi `unless`; perbaiki syaratnya",
    },
    "dead_option": {
        "en": "“{option}” in `{part}` of rule “{rule}” never makes a difference, whatever else is "
        "answered; remove it or correct the conditions",
        "id": "“{option}” di `{part}` pada aturan “{rule}” tidak pernah berpengaruh, apa pun "
        "jawaban lainnya; hapus atau perbaiki syaratnya",
    },
    "alike": {
        "en": "rule “{rule}” does to {type} under the same conditions what “{other}” at {place} "
        "does; keep one, with the sources of both",
        "id": "aturan “{rule}” dengan syarat yang sama berbuat hal yang sama pada {type} seperti "
        "“{other}” di {place}; pertahankan satu, dengan sumber dari keduanya",
    },
    "cancel": {
        "en": "rules “{rule}” and “{other}” at {place} cancel each other for {type}: the same "
        "conditions, opposite points; remove both or correct one",
        "id": "aturan “{rule}” dan “{other}” di {place} saling menghapus untuk {type}: syaratnya "
        "sama, poinnya berlawanan; hapus keduanya atau perbaiki salah satunya",
    },
    "more_lowers": {
        "en": "rule “{rule}” holds for {holds} of {question}, so a greater answer lowers {type}; a "
        "plus must hold for every greater answer too, a minus for every lesser one",
        "id": "aturan “{rule}” berlaku untuk {holds} pada {question}, sehingga jawaban yang lebih "
        "besar menurunkan {type}; nilai plus harus berlaku juga untuk setiap jawaban yang lebih "
        "besar, nilai minus untuk setiap jawaban yang lebih kecil",
    },
    "no_order": {
        "en": "the options of {question} do not all have an `order`, so more and less mean "
        "nothing there; give each its order",
        "id": "tidak semua opsi {question} memiliki `order`, jadi lebih besar dan lebih kecil "
        "tidak berarti di sana; beri semuanya urutan",
    },
    "unread": {
        "en": "no rule reads “{option}” of {question}; write a rule for it, or list it under "
        "`without_effect` in rulebook.yaml and say why",
        "id": "tidak ada aturan yang membaca “{option}” pada {question}; tulis aturannya, atau "
        "cantumkan di `without_effect` dalam rulebook.yaml beserta alasannya",
    },
    "has_effect": {
        "en": "“{option}” of {question} is said to be without effect, but rule “{rule}” reads it; "
        "remove it here",
        "id": "“{option}” pada {question} disebut tanpa pengaruh, padahal dibaca aturan “{rule}”; "
        "hapus dari sini",
    },
    "not_shown": {
        "en": "no example of rule “{rule}” shows: {what}; add examples, so that a slip there is "
        "noticed",
        "id": "tidak ada contoh aturan “{rule}” yang menunjukkan: {what}; tambahkan contoh agar "
        "kekeliruan di sana ketahuan",
    },
    "no_witness": {
        "en": "no answers were found that put {type} first alone, in {tries} searches; see "
        "whether any rule still lets it win",
        "id": "tidak ditemukan jawaban yang menempatkan {type} sendirian di urutan pertama dalam "
        "{tries} pencarian; periksa apakah masih ada aturan yang membuatnya unggul",
    },
    "statement_use": {
        "en": "statement “{statement}” needs either rules that use it or a why for leaving it "
        "out, and not both",
        "id": "pernyataan “{statement}” memerlukan aturan yang memakainya atau alasan (why) tidak "
        "dipakai, jangan keduanya",
    },
    "statement_rule": {
        "en": "there is no rule “{value}” to use this statement; bring it back, or say which rule "
        "uses it or why none does{near}",
        "id": "tidak ada aturan “{value}” yang memakai pernyataan ini; kembalikan, atau sebutkan "
        "aturan lain atau alasannya{near}",
    },
    "statement_deed": {
        "en": "by this statement rule “{rule}” {deed} {type}, but the rule does not; correct "
        "the rule or the statement",
        "id": "menurut pernyataan ini aturan “{rule}” bersifat {deed} pada {type}, padahal tidak; "
        "perbaiki aturan atau pernyataannya",
    },
    "statement_source": {
        "en": "rule “{rule}” uses this statement but does not name its source ({source}); add it "
        "to the rule",
        "id": "aturan “{rule}” memakai pernyataan ini tetapi tidak menyebut sumbernya ({source}); "
        "tambahkan ke aturan itu",
    },
}
