"""The phrases that stand before and behind an option that is named as the answer."""

from __future__ import annotations

import re

ARTICLE = re.compile(
    r"(?:the|an?|der|die|das|den|le|la|les|el|los|las|il|lo|gli|os|as|het|de|l') ?(?<=[ '])(?=\w)"
)
_LEAD_WORDS = (
    r"i|i'd|i'll|i'm|i've|am|we|we'd|we'll|let's|let|me|my|it|it's|that|that's|this|is|was|be|"
    r"been|would|will|shall|should|"
    r"must|have|has|to|do|choose|chose|choosing|pick|picking|select|selected|selecting|go|going|"
    r"with|for|say|vote|voting|"
    r"play|take|answer|prefer|favou?r|think|believe|guess|suppose|reckon|conclude|decide|rule|"
    r"declare|award|find|"
    r"opt|option|choice|letter|candidate|assistant|model|debater|side|player|team|response|"
    r"speaker|agent|judge|party|"
    r"position|the|a|an|in|of|on|at|final|correct|right|best|better|chosen|selected|verdict|"
    r"winner|winning|decision|move|"
    r"action|here|probably|likely|most|clearly|definitely|certainly|surely|simply|just|now|so|"
    r"thus|therefore|hence|well|"
    r"ok|okay|sure|yes|number|nr|no\.|item|statement|step|line|error|place|solution|conclusion|goes|overall|lean|"
    r"leaning|towards?|slightly|"
    r"narrowly|evidence|points?|favou?rs?|supports?|edge|advantage|victory|win|judg(?:e)?ment|ruling|case|side|"
    r"sided?|siding|leans?|agree|convinced|persuaded|by|from|after|based|given|reading|text|passage|it's|"
    r"die|der|das|den|ich|wähle|nehme|würde|ist|es|variante|buchstabe|le|la|je|choisis|c'est|est|"
    r"l'option|réponse|"
    r"el|elijo|opción|es|il|scelgo|opzione|è|o|escolho|opção|é|ik|kies|optie|het|вариант|выбираю|"
    r"я|это|буква|antwort|"
    r"respuesta|risposta|resposta|antwoord|ответ"
)
_CJK_LEADS = (
    "我选择|我选|选择|选项|選択肢|答案是|我的答案是|是|应选|选|選|옵션|정답은|저는|나는|私は|答えは|方案|第"
)
LEADS = re.compile(
    rf"(?:(?:{_LEAD_WORDS})(?![^\W_]|')[:,]?\s*|(?:{_CJK_LEADS})[:\s]*|[=:#>→✅☑✔✓👉➡⭐🎯🏆🥇\"'(\[{{<«-]\s*)*",
    re.IGNORECASE,
)
COUNTED = re.compile(r"(?:\(?[a-z]\)|\(?\d{1,2}[.)]|[a-z][.:])\s+", re.IGNORECASE)
NOUN = re.compile(
    r"(?:option|choice|answer|letter|candidate|assistant|model|debater|side|player|team|response|"
    r"speaker|agent|"
    r"variante|opción|opção|opzione|optie|вариант|选项|選択肢|옵션)\s*[(\[\"']*$",
    re.IGNORECASE,
)
DENIALS = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|except|unless|if|without|avoid|against|"
    r"than|other|either|or|"
    r"both|wrong|incorrect|false|cannot|opponents?|they|his|her|their|instead|rather|maybe|"
    r"perhaps|possibly|whether|"
    r"unlike|versus|vs|but|might|could|may|between|all|any|loses?|lost|un\w+|nicht|kein\w*|pas|"
    r"non|não|niet|geen|не|"
    r"contrary|opposite|opposed|every\w*|some\w*|any\w*|villain|dealer|rival|he|she|rejects?|refuse[sd]?|deny|denies|doubt|hardly|instead|impossible|ruled|eliminated?|"
    r"excluded?|when|while|"
    r"although|though|however|until|before|after|tie)\b|n't\b|不|没|ない|않|아니",
    re.IGNORECASE,
)
_REASON = (
    r"because|since|as|for|due to|given|so|which|who|with|over|rather than|instead of|not|in|on|"
    r"at|by|from|after|where|"
    r"weil|da|denn|car|parce|porque|perché|pois|omdat|want|потому|так как"
)
_GOOD = (
    r"better|best|correct|right|true|(?:the )?winner|stronger|strongest|(?:the |my |our )?(?:final )?"
    r"(?:answer|choice|verdict|pick|move|action|one|decision|option)|guilty|(?:the )?culprit|"
    r"superior|preferred|favou?red|"
    r"ahead|more (?:convincing|persuasive|likely|plausible|accurate|helpful|compelling)|most \w+|"
    r"clear(?:ly)?"
)
PREDICATE = re.compile(
    rf"[\"'`]*(?:\s+(?:side|team|position|case|argument))?\s+"
    rf"(?:wins?|won|has won|should win|did it|it is|it was|takes it|prevails?|prevailed|"
    rf"(?:is|was|would be|seems|appears|remains|must be|has to be|comes out)(?: (?:clearly|"
    rf"definitely|slightly|the|"
    rf"overall|simply|certainly|a|my|far|much|by far|still))* (?:{_GOOD})|"
    rf"(?:has|had|makes?|made|gave|gives|provides?|provided|presents?|presented|offers?|offered|"
    rf"argued|argues) "
    rf"(?:the |a |its case )?(?:clearly |much |far )?(?:better|best|stronger|strongest|more \w+|"
    rf"most \w+|case)[\w ]*)(?![^\W_])",
    re.IGNORECASE,
)
ENDS = re.compile(
    r"(?:\s+(?:side|option|position|team|answer|choice|speaker|debater|argument|case|move|here|now|again))?"
    r"[\s\"')\]}>.!*`»]*(?:です|だ|입니다|이다|예요)?[\s.!。]*$",
    re.IGNORECASE,
)
REMARKS = re.compile(
    rf"[\"'\]}}>`]*\s*(?:[)\],;:.!(\[|/&+→✓✔✅\n{{]|-{{1,3}}(?=\s|[A-Za-z])|\s-{{1,3}}|(?:です|입니다)|"
    rf"[^\w\s.,;:!?()\[\]{{}}'\"/&+<>=%#@$^|\\~-])"
    rf"|[\"'\]}}>`)]*\s+(?:{_REASON})\b|\s*(?:因为|因為|,|なぜなら|왜냐하면)",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"\b(?:or|but|however|though|although|yet|maybe|perhaps|possibly|could|might|may|wait|"
    r"actually|no|sorry|instead|correction|"
    r"i mean|on second|either|both|and|then|plus|followed|alongside|together|became|changed?|revised|"
    r"now|kidding|leaning|at first|initially|originally|finally|eventually|in the end|edit\w*|update\w*|"
    r"corrected|better|stronger|oder|ou|o|или|also|unless|if|alternatively|otherwise)\b|"
    r"[?/&+]|^\W*with\W*$|或|または|또는",
    re.IGNORECASE,
)
DISMISSED = re.compile(
    r"[\"')\]]*\s+(?:(?:is|was|were|are|seems?|would be|has been)\s+(?:clearly |simply |far |much |just )?"
    r"(?:wrong|weak|weaker|worse|out|false|incorrect|not|less|too|impossible|closed|unlikely|unsupported)|"
    r"fails?|failed|lost|loses|cannot|does not|did not|doesn't|didn't|gave no|has no|had no)\b",
    re.IGNORECASE,
)
TAKEN_BACK = re.compile(
    r"[\s(\[,;:.-]*(?:no\b(?! (?:doubt|question|other))|wait|actually|scratch|sorry|correction|"
    r"i mean|on second|hold on|nope|(?:just )?kidding|\((?:loses?|lost|fails?|failed)\)|"
    r"(?:edit|update)d?\b|make that|[❌🚫⛔✗✘👎❎]|"
    r"is wrong|wrong|incorrect|false|or\b|unless|if\b|only if|not sure|unsure|maybe not|\?)",
    re.IGNORECASE,
)
BRACKET = re.compile(r"\s*\([^()]*\)")
BEATEN = re.compile(
    r"^(?!.*(?:\b(?:or|edit\w*|update\w*|now|better|stronger|best|also|actually|should|could|might|may|"
    r"maybe|perhaps|instead|correct(?:ed|ion)?|right|but|wins?|won|tied?|unsure|only|"
    r"not (?:sure|certain|far))\b|\?))"
    r".*\b(?:close|torn|tempt\w*|second|runner|almost|nearly|considered|hesitated|wavered|not|rather than|"
    r"over|wrong|weak(?:er)?|worse|fails?|failed|loses|lost|ruled out|eliminated|excluded|rejected|"
    r"impossible|contradicts?)\b",
    re.IGNORECASE | re.DOTALL,
)
"""A remark in brackets that says that another option came after this one."""
ARTICLE_BEFORE = re.compile(r"\b(?:the|an?) [^\W\d_]+ $", re.IGNORECASE)
"""An article and a word before an option that has no article: "the head cook" is not "the cook"."""
