"""Company names: the base without its legal form, in the forms of many countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import companies

NAMES = """
Muster & Söhne GmbH & Co. KG > Muster & Söhne > GmbH & Co. KG
Muster UG (haftungsbeschränkt) > Muster > UG
Muster Aktiengesellschaft > Muster > AG
Gasthof Muster e.K. > Gasthof Muster > e.K.
Boulangerie Dupont SARL > Boulangerie Dupont > SARL
Boulangerie Dupont S.à r.l. > Boulangerie Dupont > SARL
Dupont et Cie > Dupont > Co
Panadería Ejemplo, S.L. > Panadería Ejemplo > SL
Ejemplo S. A. > Ejemplo > SA
Ejemplo, S.A. de C.V. > Ejemplo > S.A. de C.V.
Ejemplo S. de R.L. de C.V. > Ejemplo > S. de R.L. de C.V.
Padaria Exemplo Ltda. > Padaria Exemplo > Ltda
Exemplo, Unipessoal Lda > Exemplo > Lda
Esempio S.p.A. > Esempio > SpA
Esempio S.r.l. > Esempio > SRL
Voorbeeld B.V. > Voorbeeld > BV
Voorbeeld N.V. > Voorbeeld > NV
Exempel AB (publ) > Exempel > AB
Eksempel A/S > Eksempel > A/S
Eksempel ApS > Eksempel > ApS
Eksempel AS > Eksempel > AS
Esimerkki Oyj > Esimerkki > Oyj
Przykład Sp. z o.o. > Przykład > Sp. z o.o.
Przykład sp. z o. o. sp. k. > Przykład > Sp. z o.o. sp.k.
Příklad s.r.o. > Příklad > s.r.o.
Příklad, spol. s r. o. > Příklad > spol. s r.o.
Példa Kft. > Példa > Kft.
Primjer d.o.o. > Primjer > d.o.o.
Örnek Sanayi ve Ticaret A.Ş. > Örnek > San. ve Tic. A.Ş.
Örnek Ltd. Şti. > Örnek > Ltd. Şti.
Παράδειγμα Α.Ε. > Παράδειγμα > ΑΕ
ООО Пример > Пример > OOO
ООО «Пример» > «Пример» > OOO
Пример ДООЕЛ > Пример > ДООЕЛ
ТОВ Приклад > Приклад > ТОВ
株式会社例 > 例 > 株式会社
例株式会社 > 例 > 株式会社
北京例有限公司 > 北京例 > 有限公司
예시 주식회사 > 예시 > 주식회사
PT. Contoh Tbk > Contoh > PT Tbk PT
Contoh Sdn. Bhd. > Contoh > Sdn Bhd
Example Pte. Ltd. > Example > Pte Ltd
Example Pvt Ltd > Example > Pvt Ltd
Example (Pty) Ltd > Example > Pty Ltd
Example Holdings, Inc. > Example Holdings > Inc
Example L.L.C. > Example > LLC
Example LLP > Example > LLP
Example Co., Ltd. > Example > Co Ltd
Example plc > Example > PLC
Example > Example > -
Limited Editions > Limited Editions > -
The Company Store > The Company Store > -
As You Like It > As You Like It > -
SAME AS > SAME AS > -
UAB Pavyzdys > Pavyzdys > UAB
UAB „Pavyzdys“ > „Pavyzdys“ > UAB
Muster GmbH i.L. > Muster > GmbH in liquidation
Esempio S.r.l. in liquidazione > Esempio > SRL in liquidation
Oy Vey Bakery > Vey Bakery > Oy
U.S. Steel Corp. > U.S. Steel > Corp
"""


@pytest.mark.parametrize(
    ("name", "base", "form"),
    [tuple(part.strip() for part in line.split(" > ")) for line in NAMES.strip().splitlines()],
)
def test_names_are_split_into_base_and_form(name: str, base: str, form: str) -> None:
    found = companies.read(name)
    assert (found.base, found.legal_form) == (base, None if form == "-" else form)


@pytest.mark.parametrize("name", ["Inc", "inc & co", "GmbH", "Corporation", "Ltd."])
def test_a_name_that_is_only_a_form_names_nobody(name: str) -> None:
    found = companies.read(name)
    assert found.base == ""
    assert found.legal_form


@given(st.text())
def test_any_text_is_split(text: str) -> None:
    """Nothing raises, and the base holds no letter that the name did not."""
    found = companies.read(text)
    assert found.name == text
    assert found.base == found.base.strip()


@given(
    st.sampled_from([line.split(" > ")[1] for line in NAMES.strip().splitlines()]),
    st.sampled_from(["GmbH", "Ltd", "S.A.", "Inc.", "s.r.o.", "LLC", "B.V.", "Kft."]),
)
def test_a_form_behind_a_base_is_found_again(base: str, form: str) -> None:
    """Adding a form and reading the name gives the base back."""
    if companies.read(base).legal_form is None:
        assert companies.read(f"{base} {form}").base == base
        assert companies.read(f"{base}, {form}").legal_form
