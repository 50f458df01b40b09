"""Names of months, weekdays and relative days in the languages that we read; data of `dates.py`.

English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish, Norwegian, Finnish,
Polish, Czech, Russian and Turkish by name; Japanese, Chinese and Korean write months as numbers.
All names are lower case, with accents as people type them and without. A number begins the names
of its month (from one) or weekday (Monday is 0).
"""


def listed(text: str) -> tuple[str, ...]:
    """Words and phrases between commas."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


MONTHS = """
    1 january januar jänner janvier enero janeiro gennaio januari tammikuuta tammikuu stycznia
      styczeń ledna leden января январь ocak jan janv ene янв
    2 february februar februari février fevrier febrero fevereiro febbraio helmikuuta helmikuu
      lutego luty února únor unora февраля февраль şubat subat feb febr fév fev фев
    3 march märz maerz marz mars marzo março marco maart marts maaliskuuta maaliskuu marca
      marzec března březen марта март mart mar mrz mrt mär
    4 april avril abril aprile huhtikuuta huhtikuu kwietnia kwiecień dubna duben апреля апрель
      nisan apr avr abr апр
    5 may mai mayo maio maggio mei maj toukokuuta toukokuu maja května květen kvetna мая май
      mayıs mayis
    6 june juni juin junio junho giugno kesäkuuta kesäkuu czerwca czerwiec června červen cervna
      июня июнь haziran jun июн
    7 july juli juillet julio julho luglio heinäkuuta heinäkuu lipca lipiec července červenec
      cervence июля июль temmuz jul juil lip июл
    8 august août aout agosto augustus augusti elokuuta elokuu sierpnia sierpień srpna srpen
      августа август ağustos agustos aug авг aoû
    9 september septembre septiembre setiembre setembro settembre syyskuuta syyskuu września
      wrzesień září zari сентября сентябрь eylül eylul sep sept сен сент
    10 october oktober octobre octubre outubro ottobre lokakuuta lokakuu października
      październik října říjen rijna октября октябрь ekim oct okt ott окт
    11 november novembre noviembre novembro marraskuuta marraskuu listopada listopad ноября
      ноябрь kasım kasim nov ноя
    12 december dezember décembre decembre diciembre dezembro dicembre joulukuuta joulukuu
      grudnia grudzień prosince prosinec декабря декабрь aralık aralik dec dez déc dic дек
       des desember
"""

WEEKDAYS = """
    0 monday montag lundi lunes segunda-feira segunda lunedì lunedi maandag måndag mandag
      maanantaina maanantai poniedziałek poniedzialek poniedziałku pondělí pondeli понедельник
      понедельника понедельнику pazartesi
    1 tuesday dienstag mardi martes terça-feira terca-feira terça martedì martedi dinsdag tisdag
      tirsdag tiistaina tiistai wtorek wtorku úterý utery вторник вторника salı
    2 wednesday mittwoch mercredi miércoles miercoles quarta-feira quarta mercoledì mercoledi
      woensdag onsdag keskiviikkona keskiviikko środa środę środy sroda středa středu streda
      среда среду среды çarşamba
    3 thursday donnerstag jeudi jueves quinta-feira quinta giovedì giovedi donderdag torsdag
      torstaina torstai czwartek czwartku čtvrtek ctvrtek четверг четверга perşembe
    4 friday freitag vendredi viernes sexta-feira sexta venerdì venerdi vrijdag fredag
      perjantaina perjantai piątek piatek piątku pátek patek пятница пятницу пятницы cuma
    5 saturday samstag sonnabend samedi sábado sabado sabato zaterdag lördag lørdag lauantaina
      lauantai sobota sobotę soboty sobotu суббота субботу субботы cumartesi
    6 sunday sonntag dimanche domingo domenica zondag söndag søndag sunnuntaina sunnuntai
      niedziela niedzielę niedzieli neděle neděli воскресенье воскресенья pazar
"""
# Short names mean a day only beside a date ("mon" is also French, "sun" English), those of two
# letters only with a full stop or comma behind ("do" is also "until", "on" is "on").
WEEKDAYS_SHORT = """
    0 mon mo lun pon po пн
    1 tue tues di mar wt út вт
    2 wed mi mer mié śr st ср
    3 thu thur thurs do jeu jue gio czw čt чт
    4 fri fr ven vie pt pá пт
    5 sat sa sam sáb lör lør so сб
    6 sun dim dom sön søn ne вс
"""
# Scripts that set no blanks write weekdays with one of these marks for the day.
WEEKDAY_MARKS = {
    "月": 0, "火": 1, "水": 2, "木": 3, "金": 4, "土": 5, "日": 6, "天": 6,
    "一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5,
    "월": 0, "화": 1, "수": 2, "목": 3, "금": 4, "토": 5, "일": 6,
}  # fmt: skip

TOMORROW = listed(
    """
    tomorrow, morgen, demain, mañana, manana, amanhã, amanha, domani, imorgon, i morgon, i
    morgen, huomenna, jutro, zítra, zitra, завтра, yarın, yarin, 明日, 明天, 내일
    """
)
DAY_AFTER_TOMORROW = listed(
    """
    the day after tomorrow, day after tomorrow, übermorgen, uebermorgen, après-demain,
    apres-demain, pasado mañana, pasado manana, depois de amanhã, dopodomani, overmorgen, i
    övermorgon, i overmorgen, ylihuomenna, pojutrze, pozítří, послезавтра, 明後日, 后天, 後天, 모레
    """
)
END_OF_NEXT_WEEK = listed(
    """
    the end of next week, end of next week, late next week, ende nächster woche,
    ende der nächsten woche, ende kommender woche, la fin de la semaine prochaine,
    fin de semaine prochaine, finales de la próxima semana, final da próxima semana,
    fine della prossima settimana, eind volgende week, slutet av nästa vecka
    """
)
NEXT_WEEK = listed(
    """
    this week, diese woche, dieser woche, cette semaine, esta semana, questa settimana, deze week,
    denna vecka, denne uge, denne uken, tällä viikolla, w tym tygodniu, на этой неделе, 今週, 本周,
    이번 주,
    next week, early next week, beginning of next week, start of next week, nächste woche,
    naechste woche, nächster woche, kommende woche, kommender woche, anfang nächster woche, la
    semaine prochaine, semaine prochaine, la próxima semana, próxima semana, proxima semana, la
    semana que viene, semana que viene, semana que vem, la prossima settimana, prossima
    settimana, settimana prossima, volgende week, nästa vecka, næste uge, neste uke, ensi
    viikolla, w przyszłym tygodniu, przyszłym tygodniu, příští týden, на следующей неделе,
    следующей неделе, gelecek hafta, önümüzdeki hafta, haftaya,
    来週, 下周, 下週, 下星期, 다음 주, 다음주, the end of the week, end of the week,
    the rest of the week, rest of the week, ende der woche,
    ende dieser woche, den rest der woche, la fin de la semaine, fin de la semaine, fin de
    semaine, el fin de semana, final de la semana, finales de semana, o final da semana, final
    da semana, la fine della settimana, fine settimana, het einde van de week, eind van de week,
    einde van deze week, slutet av veckan, koniec tygodnia, końca tygodnia, конца недели,
    今週いっぱい, 本周末, the weekend, dem wochenende, le week-end
    """
)
NEW_YEAR = listed(
    """
    the new year, new year, new years, neuen jahr, neues jahr, neuem jahr, nouvel an, la rentrée
    de janvier, año nuevo, ano novo, anno nuovo, nieuwe jaar, nya året, nye år, nytt år, nowym
    roku, nowego roku, новом году, нового года, 年明け, 新年
    """
)
TODAY = listed(
    """
    today, the rest of the day, rest of the day, heute, aujourd'hui, aujourd’hui, hoy, hoje,
    oggi, vandaag, idag, i dag, tänään, dzisiaj, dziś, dnes, сегодня, bugün, 本日, 今日, 今天, 오늘
    """
)

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "couple of": 2, "a couple of": 2,
    "ein": 1, "einer": 1, "einem": 1, "eine": 1, "zwei": 2, "drei": 3, "vier": 4,
    "fünf": 5, "sechs": 6,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5,
    "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4,
    "due": 2, "tre": 3, "quattro": 4, "cinque": 5,
    "een": 1, "één": 1, "twee": 2, "drie": 3, "vijf": 5,
    "en": 1, "ett": 1, "et": 1, "två": 2, "to": 2, "fyra": 4, "fire": 4, "fem": 5,
    "dwa": 2, "dwie": 2, "trzy": 3, "cztery": 4, "два": 2, "две": 2, "три": 3, "неделю": 1,
    "一": 1, "二": 2, "两": 2, "三": 3,
}  # fmt: skip
DAY_UNITS = listed(
    """
    day, days, tag, tage, tagen, jour, jours, día, dias, días, dia, giorno, giorni, dag, dagen,
    dagar, dage, dager, päivän, dzień, dni, den, dnů, день, дня, дней, gün, 日, 天, 일
    """
)
WEEK_UNITS = listed(
    """
    week, weeks, woche, wochen, semaine, semaines, semana, semanas, settimana, settimane, weken,
    vecka, veckor, uge, uger, uke, uker, viikon, tydzień, tygodnie, tygodni, týden, týdny,
    неделю, недели, недель, hafta, 週, 周, 주
    """
)
