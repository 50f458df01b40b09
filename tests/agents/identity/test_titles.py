"""Titles: the order of spec 3.2, words not substrings, heads not neighbours, many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import titles

SPEC = {
    100: ["CEO", "Chief Executive Officer", "Owner", "Founder & CTO", "Managing Director",
          "President"],
    95: ["CTO", "CIO", "Chief Technology Officer", "CFO", "Chief Happiness Officer",
         "CMO (interim)"],
    80: ["VP Sales", "Vice President", "Senior Vice President, Marketing", "EVP", "Deputy CEO"],
    70: ["Director", "Director of Marketing", "Sales Director", "Head of Marketing"],
    50: ["Manager", "Sales Manager", "Manager, Customer Success", "Product Manager"],
    20: ["Software Engineer", "Accountant", "Sales Representative", "Account Executive", "Analyst"],
    10: ["", "Staff", "xyz", "The Team", "N/A", "Former CEO"],
}  # fmt: skip

LANGUAGES = {
    100: """Geschäftsführer|Geschaeftsfuehrerin|Inhaberin|Vorstandsvorsitzender|PDG|Gérante
        |Président-Directeur Général|Directeur général|Fondateur|Director General|Dueña
        |Consejero Delegado|Gerente General|Diretor Geral|Sócio-gerente|Proprietário
        |Amministratore Delegato|Titolare|Direttore Generale|Algemeen directeur|Eigenaar|Zaakvoerder
        |VD|Verkställande direktör|Ägare|Daglig leder|Administrerende direktør|Indehaver
        |Toimitusjohtaja|Yrittäjä|Prezes Zarządu|Właściciel|Generální ředitel|Jednatel|Majiteľ
        |Ügyvezető igazgató|Tulajdonos|Fondator|Genel Müdür|Şirket Sahibi|Генеральный директор
        |Владелец|Индивидуальный предприниматель|Генеральний директор|Власник|Сопственик
        |Извршен директор|Управител|Generalni direktor|Vlasnik|Διευθύνων Σύμβουλος|Ιδιοκτήτης
        |代表取締役社長|代表取締役|オーナー|总经理|董事长|執行長|대표이사|사장|مدير عام|مالك|מנכ"ל
        |בעלים|เจ้าของ|กรรมการผู้จัดการ|Giám đốc điều hành|Direktur Utama|Tegevjuht|Savininkas""",
    70: """Vertriebsdirektor|Leiter Einkauf|Bereichsleiterin Logistik|Directeur commercial
        |Directrice Marketing et Communication|Directora de Operaciones|Diretora Comercial
        |Direttore Vendite|Directeur Verkoop|Myyntijohtaja|Dyrektor Finansowy|Ředitel prodeje
        |Riaditeľ|Kereskedelmi igazgató|Директор по продажам|Директор|Διευθυντής Πωλήσεων
        |市场总监""",
    50: """Vertriebsleiterin|Abteilungsleiter|Produktmanagerin|Responsable des achats|Chef de projet
        |Jefa de Ventas|Gerente de Ventas|Encargado|Responsabile Acquisti|Bedrijfsleider
        |Verkoopleider|Försäljningschef|Salgssjef|Butikschef|Avdelingsleder|Myyntipäällikkö
        |Kierownik działu
        |Vedoucí prodeje|Osztályvezető|Satış Müdürü|Менеджер по продажам|Начальник отдела|Менаџер
        |Раководител на продажба|Voditelj prodaje|営業部長|マネージャー|销售经理|영업팀장
        |مدير المبيعات        |מנהל מכירות|ผู้จัดการ""",
}  # fmt: skip


@pytest.mark.parametrize(
    ("title", "priority"), [(title, rank) for rank, found in SPEC.items() for title in found]
)
def test_titles_have_the_priority_of_the_specification(title: str, priority: int) -> None:
    """Spec 3.2 names these rungs."""
    assert titles.read(title).priority == priority


@pytest.mark.parametrize(
    ("title", "priority"),
    [(t.strip(), rank) for rank, text in LANGUAGES.items() for t in text.split("|")],
)
def test_titles_of_many_languages_stand_on_the_same_rungs(title: str, priority: int) -> None:
    """A Vertriebsleiterin is a manager, a toimitusjohtaja runs the firm."""
    assert titles.read(title).priority == priority


@pytest.mark.parametrize(
    ("title", "below"),
    [
        ("Assistant to the CEO", "Manager"),
        ("Executive Assistant to the CEO & Founder", "Manager"),
        ("Office of the President", "Manager"),
        ("CEO Intern", "Manager"),
        ("Assistentin der Geschäftsführung", "Manager"),
        ("Assistante du directeur général", "Manager"),
        ("Помощник директора", "Manager"),
        ("Секретарь генерального директора", "Manager"),
        ("Asystentka prezesa", "Manager"),
        ("总经理助理", "Manager"),
        ("Assistant Manager", "Manager"),
        ("Deputy Director", "Director"),
        ("Directeur adjoint", "Director"),
        ("Заместитель директора", "Director"),
        ("Stellvertretender Geschäftsführer", "CTO"),
        ("Head Cook", "Manager"),
        ("Brand Ambassador", "Manager"),
        ("Systems Administrator", "Manager"),
        ("Air Traffic Controller", "Manager"),
        ("Director of Engineering, CTO Office", "CTO"),
    ],
)
def test_who_only_stands_beside_a_level_does_not_have_it(title: str, below: str) -> None:
    """What heads the phrase decides, not what stands in it."""
    assert titles.read(title).priority < titles.read(below).priority


@pytest.mark.parametrize(
    "title", ["Directory Clerk", "Presidential Suite Host", "Ceoline Operator", "Managerial Clerk",
              "Coordinating Typist", "Protector", "Vpn Typist", "Ctomography Nurse"]
)  # fmt: skip
def test_levels_are_words_never_substrings(title: str) -> None:
    """ "Director" is not "CTO", and a directory is no director."""
    assert titles.read(title).priority <= titles.PRIORITY["individual"]


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("Warehouse Operator", "Restaurant Operator"),
        ("Account Executive", "Corporate Executive"),
        ("Database Administrator", "Hospital Administrator"),
        ("Casting Director", "Sales Director"),
        ("Chef", "Executive Chef"),
        ("Case Manager", "Plant Manager"),
        ("Sales Consultant", "Management Consultant"),
        ("Manager", "Senior Manager"),
        ("Shift Supervisor", "Department Manager"),
        ("Team Lead", "Supervisor"),
    ],
)
def test_company_tells_what_a_word_is_worth(lower: str, higher: str) -> None:
    """An operator of machines is a hand, of a restaurant its head."""
    assert titles.read(lower).priority < titles.read(higher).priority


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("CFO", "finance"), ("Head of Marketing", "marketing"), ("VP Sales", "sales"),
        ("HR Manager", "people"), ("Leiterin Einkauf", "purchasing"),
        ("Directeur commercial", "sales"),
        ("営業部長", "sales"), ("Software Engineer", "technology"), ("Owner", "general"),
        ("Директор по маркетингу", "marketing"), ("General Counsel", "legal"),
    ],
)  # fmt: skip
def test_titles_name_a_part_of_the_firm(title: str, role: str) -> None:
    assert titles.read(title).role == role


@pytest.mark.parametrize(
    "title", ["", "  ", "Staff", "team", "Mitarbeiter", "Info", "Personnel", "—"]
)
def test_titles_that_say_nothing_are_generic(title: str) -> None:
    assert titles.read(title).generic


def test_a_title_that_is_not_known_is_not_generic() -> None:
    """Spec 3.8 asks for recognised or generic: an unknown one is neither."""
    found = titles.read("Zorblax")
    assert (found.generic, found.seniority, found.priority) == (False, "unknown", 10)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Whatever stands there, it is read, and the priority is on the scale."""
    found = titles.read(text)
    assert 0 <= found.priority <= 100
    assert found.seniority in set(titles.SENIORITY.values())


@given(st.sampled_from([title for found in SPEC.values() for title in found]))
def test_case_and_blanks_change_nothing(title: str) -> None:
    assert titles.read(f"  {title.upper()} ").priority == titles.read(title).priority
