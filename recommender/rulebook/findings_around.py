"""What the files around the rules can have wrong; a part of the table in `findings`."""

from recommender.errors import Text

AROUND: dict[str, Text] = {
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
        "en": "“{value}” leads nowhere; use questionnaire, example, sources, type.… or "
        "guide.…{near}",
        "id": "“{value}” tidak mengarah ke mana pun; gunakan questionnaire, example, sources, "
        "type.… atau guide.…{near}",
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
    "needed_question": {
        "en": "the question “{value}” is missing; every questionnaire needs it, so bring it back",
        "id": "pertanyaan “{value}” tidak ada; setiap kuesioner memerlukannya, jadi kembalikan",
    },
    "asked_twice": {
        "en": "{question} stands on the pages twice; ask it once",
        "id": "{question} muncul dua kali di halaman; tanyakan sekali saja",
    },
    "never_asked": {
        "en": "{question} is required but stands on no page before the result; add it to a step",
        "id": "{question} wajib dijawab tetapi tidak ada di halaman sebelum hasil; tambahkan ke "
        "salah satu langkah",
    },
    "placeholder": {
        "en": "“{name}” may hold {{option}} and nothing else in braces",
        "id": "“{name}” hanya boleh memuat {{option}} di dalam kurung kurawal",
    },
    "bands_order": {
        "en": "strong must begin above good, and good above possible",
        "id": "strong harus dimulai di atas good, dan good di atas possible",
    },
    "ties_order": {
        "en": "a tie cannot need a greater lead than a clear result; make tie smaller than clear",
        "id": "seri tidak mungkin memerlukan selisih lebih besar daripada hasil jelas; jadikan tie "
        "lebih kecil dari clear",
    },
}
