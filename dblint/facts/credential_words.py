"""What stands for a credential without being one: templates, placeholders, words that every example uses."""

from __future__ import annotations

import math
import re
from collections import Counter
from unicodedata import combining, normalize

HOLE = "\0"
"""What a text has where a value comes at run time."""

_TEMPLATE = re.compile(
    r"\0|\$\{|\$\(|\$[A-Za-z_]\w+|\{[^{}]*\}|\{\{|<[^<>]*>|%\w+%|%\(|%s|\*{2,}|\.{3}|…|^\[.*\]$|^env\(\w+\)$|@@|^__\w+__$|^\$\d*$"
)
_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+")
_LEET = str.maketrans("013457@$", "oleastas")
# fmt: off
_WORDS = frozenset(re.findall(r"\w+", """
    a abc abcd abcde abcdef abcdefg abcdefgh access account acct actual add admin administrator alice all always an any
    anon another api app application asdf auth author authtoken aws backend bad bar base basic baz bearer blah bob bogus
    bot boss bucket by cache carol change changed changeit changeme check ci client cloud cluster complex conn
    connection container correct creds credential credentials custom data database db dba dbname dbpass dbpassword
    dbpasswd dbpw dbpwd dbuser default demo demouser dev devel develop developer development devpass disabled
    docker does
    dont dummy dsn empty enter env environment example examplepass expired export fake file fill fixme foo foobar for
    from fs generic get given go good guest hash hashed hello here hidden host hostname hunter id ignore ignored in
    initial input insecure insert integration invalid irrelevant is it jdoe john keep key later legacy letmein literal
    local localdb localhost localpass login long long long main maria mariadb masked master me memory mine minio mock
    mocked mongo mongodb mssql must my mydb mypass mypassword mypasswd mypw mysecret mysql myuser name neo neon new no
    none nope not nothing null of ok old on one only open or oracle original other our out owner p pass passphrase
    passwd passwds password passwords passwort path pg pgpass pgpassword pgpw placeholder please plain plaintext postgis
    postgres postgresql postgrest private prod production project protected psql public put pw pwd python pytest qux
    qwerty qwertyuiop rabbit rabbitmq random read reader readonly real redacted redis regular remote removed replace
    replaced replaceme rest role root safe same sample sandbox scott secret secretpass secretpassword secrets secure
    security server service session set shared should show shown simple snowflake some something somepass somepassword
    somesecret somevalue sql sqlserver stage staging store string strong stub super superuser supabase supersecret
    swordfish sys system te temp template temporary tenant test testdb tester testing testpass testpassword testpasswd
    testpw testpwd tests testsecret testuser that the this tiger tmp to todo token toor topsecret trust unit unittest
    unknown unused update url us use user userpass username userpassword valid value var very vault weak welcome with
    word worker wrong x xx xxx xxxx y you your yourpass yourpassword yours yoursecret z word integrationtest nobody
    monkey dragon baseball iloveyou sunshine princess football master admin admins trustno opensesame sesame zzz
    doe jane smith bob horse battery staple pizza banana apple orange blue red green tom jerry mary peter paul
    mi tu su aqui aca clave contrasena contrasenia usuario secreta secreto cambiar cambia cambiame poner escribe segura
    seguro sua seu minha meu senha chave usuario trocar troque coloque insira aqui mot passe motdepasse votre ton
    changer changez ici mdp dein deine ihr hier geheim geheimes aendern kennwort tua inserisci qui segreta sifre parola
    buraya sandi kata rahasia haslo twoje wachtwoord jouw parool heslo parol vash
"""))
_EXPLICIT = frozenset({
    "example", "examples", "placeholder", "dummy", "fake", "mock", "mocked", "sample", "your", "yours", "changeme",
    "redacted", "replaceme", "notreal", "invalid", "bogus", "aqui", "cambiar", "cambiame", "contrasena", "senha",
})
# fmt: on
_HASHED = re.compile(
    r"^(\$\d\w?\$|\$argon2|\$pbkdf2|pbkdf2[_:]|bcrypt|scrypt:|sha\d+\$|md5[0-9a-f]{32}$|SCRAM-SHA-256\$)"
)
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "1234567890", "9876543210", "qwertyuiopasdfghjklzxcvbnm", "abcdef")


def is_template(text: str) -> bool:
    """Something fills the text in: ``${PASSWORD}``, ``<password>``, an f-string's hole, ``***``."""
    return bool(_TEMPLATE.search(text))


def is_placeholder(text: str) -> bool:
    """Nobody would take the text for a real password: words that examples are made of, or next to no characters."""
    if len(set(text)) <= 2 or is_hash(text):
        return True
    text = _without_accents(text)
    lowered = text.lower()
    return _is_words(text) or _is_words(lowered) or _is_words(lowered.translate(_LEET)) or is_run(text)


def _without_accents(text: str) -> str:
    """``contraseña`` → contrasena."""
    return text if text.isascii() else "".join(one for one in normalize("NFKD", text) if not combining(one))


def _is_words(text: str) -> bool:
    parts = [part.lower() for part in _PARTS.findall(text)]
    words = [part for part in parts if not part.isdigit()]
    digits = [part for part in parts if part.isdigit()]
    if sum(len(word) == 1 for word in words) > 1 or not all(_is_word(word) for word in words):
        return False
    return all(len(run) <= 4 or is_run(run) or len(set(run)) <= 2 for run in digits)


def _is_word(word: str) -> bool:
    return word in _WORDS or len(word) == 1 or len(set(word)) == 1 or is_run(word) or _is_compound(word)


def _is_compound(word: str) -> bool:
    """``testpassword``, ``mysecretkey``: the words run together, each of at least two letters."""
    reach = [True] + [False] * len(word)
    for end in range(2, len(word) + 1):
        reach[end] = any(
            reach[start] and word[start:end] in _WORDS for start in range(max(0, end - 16), end - 1) if reach[start]
        )
    return reach[-1]


def is_run(text: str) -> bool:
    """Letters or digits in the order of the alphabet or the keyboard, perhaps over and over."""
    lowered = text.lower()
    if len(lowered) < 3:
        return False
    return any(lowered in run * (len(lowered) // len(run) + 2) for run in _RUNS)


def is_hash(text: str) -> bool:
    """A password's hash, which databases are meant to hold."""
    return bool(_HASHED.match(text))


def says_example(text: str) -> bool:
    """The text says of itself that it stands for another: ``your-project``, ``example``, ``xxxx``."""
    parts = {part.lower() for part in _PARTS.findall(text)}
    parts |= set(re.split(r"[^a-z]+", text.lower()))
    return bool(parts & _EXPLICIT) or any(len(part) >= 3 and set(part) == {"x"} for part in parts)


def is_noise(text: str) -> bool:
    """The text was drawn at random, as tokens are: varied, and no run of the alphabet."""
    if says_example(text) or entropy(text) < 3.0:
        return False
    lowered = text.lower()
    runs = [run[at : at + 7] for run in _RUNS[:3] for at in range(len(run) - 6)]
    return not any(run in lowered for run in runs)


def is_strong(text: str) -> bool:
    """A password that nobody makes up for an example: long, of several kinds of characters, without example words."""
    kinds = sum(any(test(one) for one in text) for test in (str.islower, str.isupper, str.isdigit))
    words = {part.lower() for part in _PARTS.findall(text) if len(part) >= 4}
    return len(text) >= 10 and kinds >= 2 and not words & _WORDS and " " not in text and not is_template(text)


def entropy(text: str) -> float:
    """Shannon's bits a character."""
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values()) if total else 0.0
