"""The words that announce an answer, and the patterns of lines that begin with them.

A model is asked for one of them in English. It may write another word for it, also in another language, and
may format it: emphasis, a heading, a list's mark or number, brackets, or the bars of a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ANSWER = (
    "answer|ans|final|antwort|lösung|réponse|reponse|respuesta|risposta|resposta|antwoord|ответ|відповідь|"
    "答案|回答|解答|答え|答|答复|答覆|정답|대답|답변|답|svar|vastaus|odpowiedź|odpověď|válasz|răspuns|cevap|yanıt|απάντηση|"
    "جواب|الجواب|الإجابة|إجابة|תשובה|उत्तर|đáp án|câu trả lời|trả lời|jawaban|คำตอบ"
)
_CHOICE = (
    "choice|option|selection|pick|conclusion|selected option|chosen option|wahl|auswahl|choix|"
    "elección|opción|scelta|"
    "escolha|opção|opzione|keuze|выбор|вариант|选择|選択|选项|선택|solution|result"
)
_MOVE = (
    "move|action|act|play|zug|spielzug|aktion|coup|mouvement|jugada|movimiento|acción|mossa|azione|jogada|"
    "lance|movimento|ação|zet|actie|ход|действие|行动|行動|动作|動作|走法|招法|出招|着手|手|指し手|アクション|수|행동|움직임"
)
_PROBABILITY = (
    "probability|prob|likelihood|chance|odds|wahrscheinlichkeit|probabilité|probabilidad|"
    "probabilità|probabilidade|"
    "waarschijnlijkheid|kans|вероятность|概率|機率|几率|可能性|確率|확률|가능성"
)
_CONFIDENCE = (
    "confidence|certainty|conf|konfidenz|zuversicht|sicherheit|confiance|certitude|confianza|"
    "certeza|fiducia|"
    "confidenza|certezza|confiança|vertrouwen|zekerheid|уверенность|置信度|信心|把握|確信度|自信度|自信|信頼度|신뢰도|확신도|확신|자신감"
)
_NUMBER = (
    "number|score|rating|value|grade|estimate|price|amount|total|sum|result|mark|points|zahl|"
    "wert|ergebnis|bewertung|"
    "punktzahl|note|nombre|valeur|résultat|prix|puntuación|número|valor|resultado|precio|punteggio|valore|"
    "risultato|voto|nota|pontuação|preço|getal|waarde|resultaat|score|cijfer|prijs|оценка|число|"
    "значение|результат|"
    "цена|балл|评分|分数|得分|数字|数值|结果|价格|評価|点数|数値|結果|価格|점수|평점|숫자|결과|가격"
)
_VERDICT = (
    "verdict|winner|decision|ruling|judgment|judgement|urteil|entscheidung|sieger|gewinner|"
    "décision|jugement|"
    "vainqueur|gagnant|veredicto|decisión|ganador|verdetto|decisione|vincitore|veredito|decisão|"
    "vencedor|oordeel|"
    "uitspraak|beslissing|winnaar|вердикт|решение|победитель|裁决|裁決|判决|判決|判定|结论|結論|评判|胜者|获胜者|勝者|"
    "評決|판결|판정|평결|결정|승자"
)


@dataclass(frozen=True, slots=True)
class LineLabel:
    """The words that announce one kind of answer.

    `name` is the word that a seat was asked to write. Lines that begin with any of `names` are answers, and
    must agree. Lines that begin with one of `others` count if there are no such lines. If `strict`, they must
    agree with those as well.
    """

    name: str
    names: str
    others: str = ""
    strict: bool = True


ANSWER = LineLabel("Answer", _ANSWER, f"{_CHOICE}|{_VERDICT}")
MOVE = LineLabel("Move", _MOVE, f"{_ANSWER}|{_CHOICE}|decision")
PROBABILITY = LineLabel(
    "Probability", _PROBABILITY, f"{_ANSWER}|{_CONFIDENCE}|estimate|number|value", strict=False
)
CONFIDENCE = LineLabel("Confidence", _CONFIDENCE, _PROBABILITY, strict=False)
NUMBER = LineLabel("Answer", _ANSWER, _NUMBER, strict=False)
VERDICT = LineLabel("Verdict", _VERDICT, f"{_ANSWER}|{_CHOICE}")
CANDIDATES = LineLabel(
    "Candidates", "candidates|candidate", f"{_ANSWER}|{_CHOICE}|answers|choices|options", strict=False
)
MESSAGE = LineLabel("Message", "message")

_BEFORE = (
    r"[ \t#*_+•·▪●◦‣➤➜→►▶✅☑✔✓👉🎯🏆⚖♟♠♥♦♣🃏➡|=~$({\[【〔〈⟨-]*+"
    r"(?:(?:assistant|ai|me|reply|response|output)[ \t]*:[ \t*_]*+)?"
    r"(?:\(?\d{1,3}[.)][ \t]+[ \t*_#(\[]*+|step \d{1,2}[ \t]*[:.-][ \t*_]*+)?"
    r"(?:\\(?:boxed|fbox|text|textbf|textit|mathbf|mathrm|emph|underline|bf)[ \t]*\{[ \t*_]*+)*"
)
_LEAD = (
    r"(?:(?:so|thus|hence|therefore|ok(?:ay)?|well|finally|overall|in (?:conclusion|summary|short|"
    r"the end)|to conclude|"
    r"accordingly|consequently|and|now|also|daher|donc|por (?:lo )?tanto|quindi|portanto|dus|итак|"
    r"因此|所以|よって|따라서)[,:]?\s*)?"
    r"(?:(?:this is|here is|here's|that is|i give|i submit|below is|hier ist|voici|aquí está|ecco)\s+)?"
)
_OWN = (
    r"(?:(?:my|the|our|a|meine?|die|das|der|ma|la|le|mon|mi|el|il|mia|o|meu|minha|mijn|het|de|мой|"
    r"моя|моё|我的|我|私の|"
    r"僕の|나의|제|내)(?:\s+|(?<=[\u3040-\u9fff\uac00-\ud7af])\s*))?"
    r"(?:(?:own|single|one|final|correct|right|best|chosen|selected|ultimate|definitive|overall|"
    r"official|actual|most likely|"
    r"stated|short|direct|endgültige[rns]?|richtige[rns]?|finale[rns]?|bonne|mia|definitief|"
    r"definitieve|juiste|"
    r"окончательный|правильный|итоговый|финальный|окончательное|итоговое|最终|最終|最终的|最終的な|正确|正確|正しい|"
    r"正解の|최종|올바른|"
    r"correcta|última)(?:\s+|(?<=[\u3040-\u9fff\uac00-\ud7af])(?:的|な)?\s*))*"
)
_WITHIN_A_LINE = f"{_LEAD}{_OWN}".replace(r"\s", r"[^\S\n]")
"""What may stand before a label in a sentence, all in one line."""
_AFTERWARDS = (
    r"(?:[ \t]*(?:finale?|définitive|definitiva|definitivo|correcta|correcte|corretta|correta|"
    r"choice|letter|option|number|level|"
    r"score|rating|value|estimate|decision|selection|answer))?"
    r"(?:[ \t]*[(（\[][^()（）\[\]\n]{1,40}[)）\]])?"
)
_IS = (
    r"(?:(?:is|are|was|would be|will be|should be|must be|ist|lautet|est|es|è|é|to|jest|är|"
    r"это)(?![^\W\d_])|"
    r"应该是|应为|應為|是|为|為|は|이|은|는)"
)
_BETWEEN = (
    rf"(?P<close>[ \t*_\])}}】|\\$]*+)(?P<is>{_IS})?[ \t*_]*"
    r"(?P<sep>:(?!:)|={1,2}>|=(?!=)|-{1,2}>|[→⇒➜►▶]|-{1,2}(?=[ \t]))?"
)


@lru_cache(maxsize=64)
def line_pattern(names: str) -> re.Pattern[str]:
    """Return the pattern of lines that begin with one of `names`, a list separated by bars.

    Its groups are ``word``, the separators behind it (``close``, ``is`` and ``sep``), and ``value``, the
    rest.
    """
    words = "|".join(sorted(map(_spelt, set(names.split("|"))), key=len, reverse=True))
    return re.compile(
        rf"{_BEFORE}(?=[^\W\d]){_LEAD}{_OWN}(?P<word>{words}){_AFTERWARDS}{_BETWEEN}(?P<value>[^\n]*)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def sentence_pattern(names: str) -> re.Pattern[str]:
    """Return the pattern of a label and a colon that begin a sentence within a line."""
    words = "|".join(sorted(map(_spelt, set(names.split("|"))), key=len, reverse=True))
    return re.compile(
        rf"[.!?。！？)][*_]*+[ \t]*+[*_]*+{_WITHIN_A_LINE}(?P<word>{words}){_AFTERWARDS}[ \t*_]*"
        rf"(?:{_IS})?[ \t*_]*:(?P<value>[^\n]*)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def word_pattern(names: str) -> re.Pattern[str]:
    """Return the pattern of a label and a colon anywhere, for lines that give two answers."""
    words = "|".join(sorted(map(_spelt, set(names.split("|"))), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{words})[ \t*_]*[:=](?P<value>[^\n]*)", re.IGNORECASE)


@lru_cache(maxsize=64)
def tag_pattern(names: str) -> re.Pattern[str]:
    """Return the pattern of the content of tags such as ``<answer>``, or of ``\\boxed{}``."""
    ascii_names = [name.replace(" ", "[_ -]?") for name in set(names.split("|")) if name.isascii()]
    words = "|".join(sorted(ascii_names, key=len, reverse=True))
    return re.compile(
        rf"<(?:(?:final|my|the)[_ -]?)?(?:{words})>[ \t]*(?P<value>[^<\n]*)(?P<end>)"
        r"|\\(?:boxed|fbox)[ \t]*\{(?P<boxed>(?:[^{}\n]|\{[^{}\n]*\})*)\}",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def stems(names: str) -> tuple[str, ...]:
    """Return texts in lower case, of which every text that contains one of `names` contains one."""
    first = {name.split(" ")[0] for name in names.split("|")}
    return tuple(sorted(word for word in first if not any(word != one and one in word for one in first)))


def is_field(name: str, names: str) -> bool:
    """Return whether the name of a JSON object's field is one of `names`."""
    plain = re.sub(r"[\s_-]+", " ", name.strip().casefold())
    plain = re.sub(r"^(?:my |the )?(?:final |chosen |selected |predicted |best |correct )?", "", plain)
    return plain in names.split("|")


def _spelt(word: str) -> str:
    """Return the pattern of a whole word. In scripts without spaces it may be part of a longer word."""
    spelt = re.escape(word).replace(r"\ ", r"[ \t_]+")
    return rf"{spelt}(?![^\W\d_])" if ord(word[-1]) < 0x2E80 else spelt
