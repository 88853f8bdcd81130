"""What a single rule can have wrong; a part of the table in `findings`."""

from recommender.errors import Text

RULES: dict[str, Text] = {
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
}
