"""Spanish: requests to be left alone, and what people say to an offer. Accents are folded away."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "address": r"[\w.+-]{1,64}@[\w.-]{1,80}",
        "mine": (
            r"(mi|nuestra|nuestro|mis|nuestros|nuestras|este|esta) (direccion|correo|email|"
            r"e-mail|mail|numero|nombre|datos|contacto|informacion|telefono)( \w+){0,2}?"
        ),
        "list": (
            r"(su|sus|la|las|esta|estas|tu|tus|vuestra|vuestras|todas las|cualquier) (\w+ "
            r"){0,3}?(listas?|bases? de datos|base|bd|boletin\w*|newsletter|registros?|"
            r"sistemas?|ficheros?|archivos|envios?|agenda|contactos|suscripcion\w*)"
        ),
        "mail": (
            r"correos?|e-?mails?|mails?|mensajes?|publicidad|propaganda|sms|llamadas?|"
            r"boletin\w*|newsletters?|comunicacion\w*|ofertas?|spam|promocion\w*|informacion "
            r"comercial|whatsapps?|cosas"
        ),
        "write": (
            r"escribirme|escribirnos|escriba|escriban|escribas|escribais|contactarme|"
            r"contactarnos|contacte|contacten|contactes|contacteis|llamarme|llamarnos|llame|"
            r"llamen|llames|llameis|enviarme|enviarnos|envie|envien|envies|envieis|mandarme|"
            r"mandarnos|mande|manden|mandes|molestarme|molestarnos|moleste|molesten|molestes|"
            r"molestar|contactar|escribir|llamar"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (elimin|borr|quit|saqu|retir|remuev|suprim|excluy|desuscrib|date|denme\
                |den)\w*(me|nos|enme|ennos|eme|anme)( \w+){0,2} \
                (de|del|inmediatamente|ya|por favor|cuanto antes)
            (elimineme|eliminenme|eliminame|borreme|borrenme|borrame|quiteme|quitenme\
                |quitame|saqueme|saquenme|sacame|desuscribame|desuscribanme|retirenme\
                |eliminarme|borrarme|quitarme|sacarme|desuscribirme)
            (me|nos) (quiten|quite|borren|borre|eliminen|elimine|saquen|saque|retiren\
                |retire) (\w+ ){0,2}?(de|del)
            (eliminar|elimine|eliminen|elimina|borrar|borre|borren|borra|quitar|quite\
                |quiten|quita|retirar|retire|retiren|suprimir|supriman|sacar|saquen|saque) \
                {mine}( (de|del) {list}|[.,!;]|$| inmediatamente| por favor)
            (eliminar|elimine|eliminen|borrar|borren|quiten|retiren) {address}
            (dar|darme|darnos|dame|deme|denme|denos|den|dennos|me den|me de\
                |nos den)( \w+)? (de )?baja
            (solicito|solicitamos|quiero|deseo|queremos|pido|exijo|tramiten|tramitar\
                |confirmen) (\w+ ){0,3}?(la |mi |nuestra )?baja
            (quiero|deseo|queremos|deseamos|quisiera|solicito) \
                (\w+ ){0,2}?(cancelar|anular) (\w+ ){0,2}?(suscripcion)
            como (me|nos) (doy|damos|puedo|podemos|quito|desuscribo|borro) \
                (\w+ ){0,2}?(de )?(baja|desuscribir\w*|borrar\w*)?
            (no deseo|no quiero|no queremos|no deseamos) \
                (\w+ ){0,2}?(estar|figurar|aparecer) en {list}
        """),
        W("silence", 1, r"""
            no (\w+ ){0,3}?(quiero|quisiera|deseo|queremos|deseamos|autorizo|acepto) \
                (\w+ ){0,2}?(recibir|seguir recibiendo|que me|que nos|volver a recibir) \
                (\w+ ){0,4}?(mas|{mail}|escriban|contacten|llamen|envien|manden)
            no (\w+ ){0,2}?(quiero|deseo|queremos) (mas|ningun|ninguna) (\w+ )?{mail}
            (deje|dejen|deja|dejad|dejar|pare|paren|para|parad|cese|cesen) de \
                (\w+ )?({write}|mandar|enviar|molestar|spamear|acosar)
            no (me|nos|vuelvan a|vuelva a|vuelvas a) (\w+ ){0,2}?({write})( \w+){0,3}? \
                (mas|nunca|jamas|otra vez|de nuevo)
            no (vuelvan|vuelva|vuelvas|volvais) a ({write})
            no (me|nos) (envien|envie|manden|mande|escriban|escriba|contacten|contacte\
                |llamen|llame|envies|mandes|escribas|llames|contactes) \
                (mas|nada|ningun|nunca|otra vez)
            no (quiero|deseo|queremos|deseamos) (\w+ )?(ser|que me) \
                (contactad\w+|molestad\w+|llamad\w+|contacten|llamen|molesten)
            (dejar|dejen|deje) de (recibir|mandarme|enviarme|mandar|enviar)( \w+){0,3}? \
                ({mail}|mas)
            (ni un|ningun|no mas|no mas de estos|basta de|nada de|dejen los|sin mas) \
                (\w+ )?{mail}(?! (que|para))
            (dejenme|dejeme|dejame|dejennos|dejanos|dejadme) en paz
            (cesen|cese|suspendan|detengan|cancelen|paren) \
                (\w+ ){0,4}?({mail}|envios?|comunicacion\w*)
        """),
        W("formal", 1, r"""
            (me opongo|nos oponemos|oposicion|derecho de oposicion) \
                (\w+ ){0,3}?(al|a|a la|a que) (\w+ ){0,3}?(tratamiento|uso|utilizacion|envio\
                |utilicen)
            (retiro|revoco|retirar|revocar|revocamos) (mi|nuestro|el|todo) (\w+ )?consentimiento
            (elimin|borr|suprim|cancel)\w+ (\w+ ){0,3}?(mis|nuestros|todos mis|de mis) (\w+ )?datos
            (derecho (al olvido|de supresion|de oposicion|de cancelacion)|derechos arco)
            articulo (17|21) (del )?rgpd
        """),
        W("plea", 1, r"""
            (ya basta|basta ya|esto es spam|marcar\w* como spam|vayanse a|vete a la)
        """),
    ),
    negation=r"no|nunca|sin|en vez de|en lugar de|si (me|nos|usted|quiero)|clientes|usuarios|ni",
    until=(
        r"hasta|por (ahora|el momento)|de momento|esta semana|este (mes|ano)|durante|en este "
        r"momento|mientras"
    ),
    before=(
        r"antes de|despues de|por la (manana|tarde|noche)|los (fines|sabados|domingos|lunes)|"
        r"entre (las|semana)|a partir de"
    ),
    instead=(
        r"sino|en su lugar|mejor (por|llame|escriba|por la)|, ?(mande|mandeme|envie|enviemen?|"
        r"llame|llameme|escriba|use|utilice)|solo por|unicamente por|prefiero (por|el)|y "
        r"(envieme|mandeme|use|utilice)"
    ),
    exact=(
        "baja", "dar de baja", "darme de baja", "baja por favor", "denme de baja",
        "cancelar suscripcion",
        "desuscribir", "desuscribirme", "eliminar", "eliminarme", "borrarme", "parar",
        "no molestar", "no mas correos",
        "no mas mensajes", "no mas publicidad", "no enviar mas", "no contactar",
        "no me escriban mas", "no me escriba mas",
        "no me contacten mas", "dejen de escribir", "quiero darme de baja", "solicito la baja",
        "baja inmediata",
    ),
)  # fmt: skip

PARTS = {
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"lunes|martes|miercoles|jueves|viernes|sabado|domingo|manana|hoy|la semana que viene|"
        r"la proxima semana|proxima semana|a las \d|\d{1,2}:\d\d|mediodia|esta tarde"
    ),
    "meet": (
        r"hablar|hablamos|reunirnos|vernos|llamada|reunion|charlar|conversar|quedar|"
        r"videollamada|cita|llamarnos|conocernos|visitar\w*|pasar"
    ),
    "later": (
        r"(en|para|a partir de|despues de) (\w+ )?(otono|primavera|verano|invierno|enero|"
        r"febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
        r"vacaciones|navidad)|(el|la) (proximo|proxima) (ano|mes|trimestre|semana|temporada)|"
        r"(ano|mes|trimestre) que viene|dentro de (\w+ )?(meses|semanas|ano|anos)|en (\w+ "
        r")?(meses|semanas)|mas adelante|mas tarde|otro momento"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (cuente|cuenten|cuenta|digan|diga|dig)\w*(me|nos)? (\w+ )?mas
    """),
    W("timing", 2, r"""
        (despues|pasado|pasadas) (\w+ )?(del?|el|las?) \
            ?(\w+ )?(verano|vacaciones|obras|temporada|fiestas|mudanza|apertura)
    """),
    W("competitor", 2.5, r"""
        (se encarga|lo lleva|lo hace|nos lo hace|se ocupa) \
            (\w+ )?(otra|otro|un|una|mi|nuestro|nuestra) \
            (\w+ )?(empresa|agencia|proveedor|primo|sobrino|hermano|compania|amigo)
    """),
    W("budget", 2, r"""
        se (nos |me )?(va|sale) de(l)? (\w+ )?presupuesto
    """),
    W("decline", 2.5, r"""
        no es para (nosotros|mi)
    """),
    W("interest", 3, r"""
        (?<!no )(?<!no nos )(me|nos|si,? me|si,? nos) \
            (\w+ )?(interesa|interesaria|encantaria|encanta|gustaria|viene bien|gusta)(?! que no)
        (?<!no )(estoy|estamos|estaria|estariamos) (muy |realmente |bastante |bien )?interesad
        (suena|parece|pinta|se ve) (muy |bastante |realmente )?(bien|interesante|genial\
            |estupendo|perfecto|prometedor)
        (quiero|queremos|quisiera|quisieramos|gustaria) \
            (\w+ )?(saber mas|probar|conocer|empezar|avanzar|contratar|ver)
        (justo|exactamente|precisamente|justamente) (\w+ ){0,2}?lo que
        (estamos|estoy) buscando
    """),
    W("interest", 2, r"""
        (siguientes? pasos?|proximos? pasos?|como \
            (procedemos|seguimos|empezamos|empezar|contratar))
        (adelante|vamos a ello|hagamoslo|cuenten? conmigo|trato hecho)(?=[.,! ]|$)
        (demo|demostracion|prueba gratuita|version de prueba)
        interesante(?=[.,!]|$)
    """),
    W("asks_for_more", 2.5, r"""
        (envi|mand|pas|facilit|hag|compart|remit|dig|d|recib|ten)\w*( \w+){0,6} \
            (informacion|info|presupuesto|detalles|precios?|tarifas?|propuesta|oferta|folleto\
            |catalogo|ejemplos|referencias|contrato|cotizacion|presentacion|documentacion)
        (cuanto|cual|que) (\w+ ){0,3}?(cuesta|cuestan|vale|precio|tarifa|costo|coste|costaria|sale)
        mas (informacion|info|detalles|datos)(?! personales)
    """),
    W("agreement", 2.5, r"""
        ^(si|claro|por supuesto|de acuerdo|vale|ok|perfecto|con gusto|encantad[oa]|adelante\
            |desde luego|como no|me parece bien)(?=[.,! ]|$)(?! pero)
    """),
    W("meeting", 2.5, r"""
        (podemos|podriamos|puedo|puede|puedes|disponible|libre|viene bien|va bien|parece\
            |quedamos|hablamos|nos vemos|propongo|que tal|conviene|seria|iria bien\
            |vendria bien) (\w+ ){0,6}?({day})
        (podemos|podriamos|puedo|me gustaria|nos gustaria|quiero|queremos|cuando|encantaria\
            |vamos a) (\w+ ){0,3}?({meet})
        (agendar|concertar|fijar|programar|reservar|coordinar|tener)( una| un)? \
            (\w+ )?(cita|reunion|llamada|videollamada|hora)
        (agenda|calendario)
    """),
    W("call_me", 3, r"""
        (llam|contact|localiz)\w* (\w+ ){0,4}?(al|a este|en el|en) ?(\w+ ){0,3}?:? \
            ?(\+|00|\()?\d[\d ().-]{5,}
        (?<!no me )(llameme|llamenme|llamame|llamenos|llamennos|llamanos)
        mi (numero|telefono|movil|celular) (es|:)
    """),
    W("decline", 3, r"""
        no (me |nos |estoy |estamos |tengo |tenemos |hay )?(\w+ )?(interesa|interesad\w+|interes)
        (ningun|sin) interes
        no,? ?(muchas )?gracias
        ^no(?=[.,!]|$)
        no (es|parece) (\w+ ){0,2}?(para (nosotros|mi)|lo que (buscamos|necesitamos)\
            |relevante|adecuado)
        (hemos|he) decidido (\w+ )?(no|descartar|rechazar)
        (rechaz|declin|descart)(amos|o|ar)
        no (vamos|voy|queremos|deseamos) (\w+ ){0,2}?(continuar|seguir|avanzar|contratar|aceptar)
        no nos encaja
    """),
    W("hostile", 3, r"""
        spam|estafa\w*|acoso|verguenza|idiotas?|mierda|joder|imbecil\w*|ladrones|timo|hart[oa]s?
    """),
    W("legal", 3.5, r"""
        (mi|nuestro|un|mis) abogados?|denunci\w+|aepd|agencia espanola|proteccion de datos\
            |acciones legales|demandar\w*|ilegal\w*|rgpd|lopd|policia|juzgado|tribunal\w*
    """),
    W("timing", 3, r"""
        (ahora|de momento|por el momento|por ahora|actualmente|este ano|en este momento) \
            (\w+ )?(no|mismo no|imposible)
        no (\w+ ){0,5}?(ahora|buen momento|por el momento|por ahora|este ano|prioridad\
            |en este momento|actualmente)
        (escrib|contact|llam|habl|vuelv|intent|retom|recuerd|busc|pregunt)\w* (\w+ ){0,6}?({later})
        (quizas?|tal vez|a lo mejor|mejor|quiza|puede que) (\w+ )?({later})
        (muy|demasiado|bastante) (ocupad\w+|liad\w+)|sin tiempo|no (tengo|tenemos) tiempo\
            |mal momento|demasiado pronto|hasta arriba
        no hasta|hasta (fin|final|finales) de
    """),
    W("budget", 3, r"""
        (muy|demasiado|un poco|bastante|tan) (caro|cara|caros|elevado|alto|costoso)
        (no|sin|poco|falta de|ningun) (\w+ ){0,3}?(presupuesto|dinero|fondos|recursos)
        presupuesto (\w+ ){0,4}?(agotado|congelado|limitado|ajustado|gastado|cerrado\
            |no alcanza|recortado)
        no (\w+ )?(podemos|puedo) (\w+ ){0,2}?(permitir\w*|pagar\w*|costear\w*)
        (fuera|por encima) de (nuestro|mi|nuestras) (presupuesto|posibilidades)
        mas barato|precio (\w+ ){0,3}?alto
    """),
    W("authority", 3, r"""
        (director\w*|jefe|jefa|gerencia|gerente|dueno|duena|propietari\w+|central|sede\
            |socio\w*|direccion|junta|consejo|marido|esposa|compras)( \w+){0,4} \
            (decide|deciden|aprueba|debe aprobar|tiene que aprobar|autoriza|se encarga|lleva)
        (decision|eso|esto|lo) (\w+ ){0,3}?(depende|corresponde|decide|toma|tiene) \
            (\w+ ){0,3}?(director\w*|jefe|jefa|gerencia|gerente|dueno|central|sede|direccion\
            |junta|mi \w+)
        (consultar|hablar|comentar|preguntar|aprobar)\w* (\w+ ){0,2}?(con|a|al) \
            (\w+ )?(director\w*|jefe|jefa|gerencia|gerente|dueno|socio\w*|marido|esposa\
            |direccion|superior\w*)
        no (\w+ ){0,2}?(decido|quien decide|tomo (\w+ ){0,2}?decisiones|la decision)
    """),
    W("wrong_person", 3, r"""
        no (soy|es|somos) (\w+ ){0,2}?(persona|indicad\w+|responsable|adecuad\w+\
            |encargad\w+|correcta)
        (persona|numero|direccion|departamento|contacto) (equivocad\w+|incorrect\w+|erroneo)
        no me (encargo|ocupo|corresponde)
        se (ha|han) equivocado
    """),
    W("referral", 3, r"""
        (escrib|contact|dirij|habl|pong|mand|envi|dirig|pregunt)\w* \
            (\w+ ){0,5}?(a|con|al|en contacto con) (\w+ ){0,5}?({mail}|companer\w+|departamento\
            |responsable|director\w*|encargad\w+)
        (persona|responsable|encargad\w+) (\w+ ){0,3}?(es|seria|:) (?!yo)
        {mail} (es|lleva|se encarga)
    """),
    W("gone", 3, r"""
        ya no (trabaja|esta|forma|pertenece|trabajan|labora)( \w+){0,4} \
            ?(aqui|con nosotros|en la empresa|parte|en esta)
        (dejo|ha dejado|abandono) (\w+ )?(empresa|compania|puesto)
        (jubil\w+|fallec\w+)
    """),
    W("need", 3, r"""
        no (\w+ ){0,3}?(necesit\w+|hace falta|requerimos)
        (hacemos|gestionamos|llevamos|hago|tenemos|hace) \
            (\w+ ){0,4}?(internamente|nosotros mismos|interno|propio equipo|en casa|yo mismo)
        (contentos?|satisfechos?|felices) (con (lo que|nuestra web|como)|asi)
        no (\w+ )?ve(o|mos) (\w+ ){0,2}?(necesidad|utilidad|ventaja|como|valor|sentido)
        funciona (muy )?bien|boca a boca|ya (lo )?tenemos (\w+ )?(cubierto|resuelto)
    """),
    W("competitor", 3, r"""
        (ya|actualmente) (\w+ ){0,4}?(proveedor\w*|agencia|empresa|socio|solucion\
            |herramienta|sistema|programa|contrato|quien)
        (otra|otro|nuestro|nuestra) (\w+ )?(proveedor\w*|agencia|empresa|compania|solucion|partner)
        (competencia|competidor\w*)
        (trabajamos|trabajo) (ya )?con
        no (\w+ ){0,3}?cambiar
    """),
    W("customer", 3, r"""
        (ya )?(somos|soy) (\w+ )?(clientes?|usuari\w+|abonad\w+)( suyos?| de ustedes\
            | vuestros?|[.,!]|$)
        ya (usamos|uso|utilizamos|tenemos) (su|vuestr[oa]|una cuenta)
    """),
    W("question", 2, r"""
        ^(quien|de donde|como (ha|han|consigui|tien|obtuv)|que es|de que|cual es su empresa\
            |por que|es usted|son ustedes|es esto)
        de donde (\w+ ){0,2}?(saco|sacaron|tiene|obtuvo|han)
    """),
    W("thanks", 1, r"""(gracias|agradezco|agradecemos)"""),
    W("noted", 2.5, r"""
        (recibido|tomo nota|tomamos nota|anotado|entendido)
        (lo|la|voy a|vamos a|dejeme|tengo que) (\w+ )?(mirar\w*|miro|revisar\w*|reviso\
            |revisare|pensar\w*|pienso|estudiar\w*|leer\w*|consultar\w*|veo|vere\
            |comentar\w*)(?! (en|para|el|con mi) )
        (he|hemos|lo) (\w+ )?(reenviado|pasado|trasladado|remitido)
        le (digo|diremos|dire|aviso|avisare|respondo)
    """),
    W("absence", 3, r"""
        (vuelvo|regreso|volvere|regresare|volvemos|de vuelta) (el|al|a la|a partir|en) \
            (\w+ )?(\d|trabajo|oficina|lunes|martes|miercoles|jueves|viernes|(del )?\d)
    """),
    W("absence", 4, r"""
        (fuera|ausente) de (la|mi) oficina
        (de|en) vacaciones|de baja (maternal|medica|por)|permiso de (maternidad|paternidad)
        (estoy|estare|me encuentro|estaremos|me encontrare) \
            (\w+ )?(ausente|fuera|de viaje|de vacaciones)
        (respuesta|mensaje) automatic\w+
        (sin|no tendre|acceso limitado|no tengo|poco) (\w+ )?acceso a(l)? \
            (mi )?(correo|email|e-mail)
        (a mi|mi) (regreso|vuelta)|oficina (\w+ )?cerrad\w+
    """),
    W("bounce", 4, r"""
        no (\w+ ){0,3}?(ha podido ser |pudo ser |se pudo |se ha podido |fue )?(entregad\w+\
            |entregar)
        (buzon|destinatario|direccion|cuenta) (\w+ ){0,3}?(llen[oa]|inexistente|no existe\
            |desconocid\w+|rechazad\w+)
        (error|fallo) (de|en la) entrega
    """),
)  # fmt: skip
