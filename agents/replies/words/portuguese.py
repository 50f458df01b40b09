"""Portuguese of both shores: requests to be left alone, and what people say to an offer."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "address": r"[\w.+-]{1,64}@[\w.-]{1,80}",
        "mine": (
            r"((o|a|os|as) )?(meu|minha|meus|minhas|nosso|nossa|nossos|este|esta|esse) "
            r"(endereco|e-?mail|email|mail|numero|nome|contacto|contato|dados|cadastro|telefone|"
            r"informacoes)( \w+){0,2}?"
        ),
        "list": (
            r"(da|das|do|dos|de|desta|dessa) (\w+ ){0,3}?(listas?|base|bases|banco de dados|"
            r"newsletter|cadastro|mailing|sistema|registos?|registros?|envios?|contactos|"
            r"contatos|e-mails|divulgacao)"
        ),
        "mail": (
            r"e-?mails?|mails?|mensage(m|ns)|publicidade|propagandas?|newsletters?|sms|ligacoes|"
            r"chamadas|comunicacoes|comunicacao|ofertas?|spam|contatos?|contactos?|promocoes|"
            r"telefonemas"
        ),
        "write": (
            r"escrever(-me|-nos)?|contatar(-me|-nos)?|contactar(-me|-nos)?|ligar(-me|-nos)?|"
            r"enviar(-me|-nos)?|mandar(-me|-nos)?|incomodar(-me|-nos)?|perturbar(-me|-nos)?|"
            r"escreva|escrevam|contate|contatem|contacte|contactem|ligue|liguem|envie|enviem|"
            r"mande|mandem|incomode|incomodem|procure|procurem"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (remov|retir|exclu|elimin|apag|tir|cancel|descadastr|desinscrev)\w*-(me\
                |nos)(?= |[.,!;]|$)
            (me|nos) (remova|remover|removam|retire|retirar|retirem|tire|tirem|tirar|exclua\
                |excluam|excluir|descadastre|descadastrar|descadastrem|desinscreva|desinscrever\
                |elimine|eliminem|apague)
            (remov|retir|exclu|elimin|apag|tir)\w+ {mine}( (\w+ )?{list}|[.,!;]|$)
            (remov|retir|exclu|elimin|apag|tir)\w+ {address}
            (quero|queria|gostaria de|desejo|solicito|solicitamos|peco|como faco para\
                |como posso|favor) (\w+ ){0,3}?(cancelar|anular|o cancelamento) \
                (\w+ ){0,3}?(inscricao|subscricao|assinatura|cadastro|recebimento)
            (quero|queria|gostaria de|desejo|solicito|favor|como faco para) \
                (\w+ ){0,2}?(me )?(descadastr\w+|desinscrev\w+|sair (da|desta|dessa) lista)
            (sair|saida) (da|desta|dessa) (\w+ )?lista
        """),
        W("silence", 1, r"""
            nao (\w+ ){0,2}?(quero|queremos|desejo|desejamos|pretendo|pretendemos\
                |gostaria de|autorizo|aceito) (mais )?(\w+ ){0,2}?(receber|ser contat\w+\
                |ser contact\w+|ter)( mais)? ?(\w+ ){0,3}?({mail}|mais|nada|contat\w+|contact\w+)
            nao (quero|desejo|queremos|desejamos) (\w+ )?ser \
                (mais )?(contat|contact|incomod|perturb)\w+
            nao (\w+ )?(quero|desejo|queremos) mais (receber|ser|nenhum|{mail})
            (pare|parem|para|deixe|deixem|cesse|cessem|chega) (de|com) \
                (\w+ )?(me |nos )?({write}|os {mail}|{mail})
            nao (me |nos )({write})( \w+){0,3}? (mais|nunca|novamente|outra vez)
            nao (voltem|volte|tornem) a (me |nos )?({write})
            nao (me|nos) (contatem|contate|contactem|contacte|escrevam|escreva|enviem|envie\
                |mandem|mande|liguem|ligue|incomodem|incomode) (mais|nada|nunca)
            (sem mais|chega de|nada de|nenhum|nenhuma|basta de|parem os|parem com) \
                (\w+ )?{mail}(?! (que|para))
            (deixar de receber|nao receber mais|parar de receber)
            (deixe-me|deixem-me|me deixe|me deixem|deixa-me|deixem-nos) em paz
            (cessar|interromper|suspender|cancelar) (\w+ ){0,4}?({mail}|envios?)
        """),
        W("formal", 1, r"""
            (oponho-me|me oponho|opomo-nos|oposicao|direito de oposicao) \
                (\w+ ){0,2}?(ao|a) (\w+ ){0,2}?(tratamento|uso|utilizacao)
            (revogo|retiro|retirar|revogar) (o|todo|qualquer) (\w+ ){0,2}?consentimento
            (apag|elimin|exclu|remov)\w+ (\w+ ){0,2}?(os meus|meus|nossos|os nossos\
                |todos os meus) (\w+ )?dados
            direito (ao esquecimento|ao apagamento|de eliminacao)
            (artigo|art\.?) ?(17|18|21) (do |da )?(rgpd|lgpd)
        """),
        W("plea", 1, r"""
            (ja chega|chega ja|isto e spam|isso e spam|marcar como spam|vai a merda|me erra)
        """),
    ),
    negation=(
        r"nao|nunca|sem|em vez de|ao inves de|se (eu|quiser)|clientes|usuarios|utilizadores|nem"
    ),
    until=(
        r"ate|por (enquanto|agora)|de momento|no momento|esta semana|este (mes|ano)|durante|"
        r"neste momento|enquanto"
    ),
    before=(
        r"antes (de|das|do)|depois das|de (manha|tarde|noite)|a noite|aos (fins|sabados|"
        r"domingos)|entre as|no fim de semana|pela manha"
    ),
    instead=(
        r"em vez disso|mas sim|melhor (por|ligar|escrever)|, ?(mande|envie|ligue|escreva|use|"
        r"prefiro)|so por|apenas por|somente por|prefiro (por|a|o)|e (mande|envie)"
    ),
    exact=(
        "sair", "remover", "descadastrar", "cancelar inscricao", "cancelar subscricao",
        "parar", "pare", "parem",
        "remova-me", "me remova", "me descadastre", "retirar da lista", "sair da lista",
        "nao enviar mais", "cancelar assinatura",
        "chega", "pare por favor", "nao quero mais", "nao me contatem mais",
        "nao me contactem mais", "descadastro", "remover por favor",
    ),
)  # fmt: skip

PARTS = {
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"segunda|terca|quarta|quinta|sexta|sabado|domingo|amanha|hoje|semana que vem|proxima "
        r"semana|as \d|\d{1,2}:\d\d|\d{1,2} ?h(?!\w)|manha|tarde"
    ),
    "meet": (
        r"falar|conversar|reunir|reuniao|ligacao|chamada|encontrar\w*|nos ver|videochamada|call|"
        r"conversa|agendar|visitar|passar"
    ),
    "later": (
        r"(em|no|na|depois d\w+|a partir de) (\w+ )?(outono|primavera|verao|inverno|janeiro|"
        r"fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|"
        r"ferias|natal)|(no )?(proximo|proxima) (ano|mes|trimestre|semana|semestre)|(ano|mes|"
        r"semestre) que vem|daqui a (\w+ )?(meses|semanas|anos)|em (\w+ )?(meses|semanas)|mais "
        r"tarde|mais adiante|outro momento|mais para frente"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (conte|diga|contem|digam|fale)(-me|-nos)? (\w+ )?mais
    """),
    W("competitor", 2.5, r"""
        (outra|outro|meu|nosso|minha) (\w+ )?(empresa|agencia|fornecedor|primo|sobrinho\
            |irmao|amigo)( ja)? (ja )?(cuida|trata|faz|se ocupa)
    """),
    W("decline", 2.5, r"""
        nao e para (nos|mim)
    """),
    W("interest", 3, r"""
        (?<!nao )(tenho|temos|ha|tem|ja tenho|sim,? tenho) (\w+ )?interesse
        (?<!nao )(estou|estamos|fiquei|ficamos) (muito |bastante )?interessad
        (parece|soa|achei|e) (muito |bem |bastante )?(interessante|bom|otimo|optimo\
            |perfeito|legal|bacana|promissor)
        (quero|queremos|gostaria|gostaria de|gostariamos de|queria) \
            (\w+ )?(saber mais|conhecer|testar|comecar|avancar|experimentar|ver|entender)
        (exatamente|exactamente|justamente) (\w+ )?o que
        (estamos|estou) (a procura|procurando|buscando|a procurar)
        (me|nos) interessa(?! nao)
    """),
    W("interest", 2, r"""
        (proximos? passos?|como (fazemos|prosseguimos|seguimos|comecar|proceder))
        (vamos (la|em frente|fazer|avancar)|fechado|bora|pode contar)
        (demo|demonstracao|teste gratis|teste gratuito|periodo de teste)
        interessante(?=[.,!]|$)
    """),
    W("asks_for_more", 2.5, r"""
        (envi|mand|pass|partilh|compartilh|fac|receb|ter|encaminh|apresent)\w*( \w+){0,6} \
            (informacoes|informacao|info|orcamento|detalhes|precos?|valores|proposta|oferta\
            |folheto|catalogo|exemplos|referencias|contrato|cotacao|apresentacao|tabela)
        (quanto|qual|quais) (\w+ ){0,3}?(custa|custam|preco|precos|valor|valores|sai|fica|custo)
        mais (informacoes|informacao|detalhes|infos?)
    """),
    W("agreement", 2.5, r"""
        ^(sim|claro|com certeza|com prazer|ok|de acordo|pode ser|perfeito|combinado|certo\
            |otimo|optimo|por que nao|com todo gosto)(?=[.,! ]|$)(?! mas)
    """),
    W("meeting", 2.5, r"""
        (podemos|poderiamos|posso|pode|disponivel|livre|pode ser|que tal|marcamos|falamos\
            |sugiro|seria|serve|da para|consegue) (\w+ ){0,6}?({day})
        (podemos|poderiamos|gostaria de|gostariamos de|vamos|quando|queria|quero) \
            (\w+ ){0,3}?({meet})
        (agendar|marcar|combinar|reservar)( uma| um)? \
            (\w+ )?(reuniao|chamada|call|conversa|horario|visita)
        agenda|calendario
    """),
    W("call_me", 3, r"""
        (lig|contat|contact|telefon|cham)\w*(-me|-nos)? (\w+ ){0,4}?(para|pelo|no|ao) \
            ?(\w+ ){0,3}?:? ?(\+|00|\()?\d[\d ().-]{5,}
        (?<!nao )(ligue-me|me ligue|liguem-me|me liga|liga-me|me ligar)(?! (de manha|antes))
        (meu|o meu) (numero|telefone|celular|telemovel|whatsapp) (e|:)
    """),
    W("decline", 3, r"""
        nao (\w+ ){0,3}?(interess\w+)
        (nenhum|sem) interesse
        nao,? ?(muito )?obrigad[oa]
        ^nao(?=[.,!]|$)
        nao (e|serve|se aplica) (\w+ ){0,3}?(para (nos|mim)|relevante|adequado|o que)
        (decidimos|decidi|resolvemos) (\w+ )?(nao|recusar)
        (recus|declin|dispens)(amos|o|ar)
        nao (vamos|pretendemos|queremos) (\w+ ){0,2}?(avancar|prosseguir|continuar\
            |contratar|seguir)
    """),
    W("hostile", 3, r"""
        spam|golpe|fraude|vergonha|idiotas?|merda|porra|assedio|palhacada|burla|fart[oa]
    """),
    W("legal", 3.5, r"""
        (meu|nosso|um) advogado|cnpd|anpd|procon|processar|medidas legais|queixa|denunci\w+\
            |ilegal\w*|rgpd|lgpd|tribunal|policia
    """),
    W("timing", 3, r"""
        (agora|no momento|de momento|por enquanto|atualmente|neste momento|este ano) \
            (\w+ )?(nao)(?! (temos|tenho|precis\w+) (orcamento|verba)?)
        nao (\w+ ){0,5}?(agora|bom momento|no momento|por enquanto|este ano|prioridade\
            |neste momento)
        (fal|volt|contat|contact|escrev|lig|procur|retom|tent)\w*(-me)? (\w+ ){0,6}?({later})
        (talvez|quem sabe|melhor) (\w+ )?({later})
        (muito|bastante) ocupad\w+|sem tempo|nao (tenho|temos) tempo|mau momento\
            |momento errado|muito cedo|correria
        so (em|no|depois)
    """),
    W("budget", 3, r"""
        (muito|demasiado|um pouco|bastante) (caro|cara|caros|elevado|alto|salgado)
        (nao|sem|pouco|falta de|falta) (\w+ ){0,3}?(orcamento|dinheiro|verba|fundos\
            |recursos|budget)
        (orcamento|verba) (\w+ ){0,4}?(esgotado|congelado|limitado|apertado|gasto|acabou|fechado)
        nao (podemos|posso|conseguimos) (\w+ ){0,2}?(pagar|arcar|suportar)
        (fora|acima) do (nosso )?orcamento|preco (\w+ ){0,2}?alto|mais barato
    """),
    W("authority", 3, r"""
        (diretor\w*|director\w*|chefe|gerencia|gerente|dono|dona|proprietari\w+|sede|matriz\
            |socio\w*|direcao|administracao|conselho|marido|esposa|compras)( \w+){0,4} \
            (decide|decidem|aprova|precisa aprovar|autoriza|cuida|trata)
        (decisao|isso|depende|cabe) (\w+ ){0,3}?(diretor\w*|director\w*|chefe|gerencia\
            |gerente|dono|sede|matriz|socio\w*|direcao|administracao)
        (falar|consultar|perguntar|verificar|conversar) (\w+ ){0,2}?(com|ao|a) \
            (\w+ )?(diretor\w*|director\w*|chefe|gerencia|gerente|dono|socio\w*|direcao|marido\
            |esposa)
        nao (\w+ ){0,2}?(decido|quem decide|tomo)
    """),
    W("wrong_person", 3, r"""
        nao (sou|e) (\w+ ){0,3}?(pessoa|responsavel|indicad\w|cert\w|encarregad\w)
        (pessoa|numero|endereco|departamento|contato|contacto) errad\w
        nao (cuido|trato|me ocupo|sou eu)
    """),
    W("referral", 3, r"""
        (escrev|contat|contact|fal|envi|mand|dirij|procur|encaminh)\w*(-se)? \
            (\w+ ){0,5}?(para|com|a|ao|o|pelo) (\w+ ){0,5}?({mail}|colega|departamento\
            |responsavel|diretor\w*|setor)
        (pessoa|responsavel) (\w+ ){0,3}?(e|seria|:) (?!eu)
        {mail} (e o|e a|cuida|trata)
    """),
    W("gone", 3, r"""
        (ja )?nao (trabalha|esta|faz|pertence) mais \
            (\w+ ){0,3}?(aqui|conosco|connosco|na empresa|parte)
        ja nao trabalha|(saiu|deixou) (da |a )?empresa|aposent\w+|faleceu
    """),
    W("need", 3, r"""
        nao (\w+ ){0,3}?(precis\w+|necessit\w+)
        (fazemos|gerimos|faco|temos|feito) (\w+ ){0,4}?(internamente|interno|nos mesmos\
            |proprios|em casa|internos)
        (satisfeit\w+|content\w+|feliz\w*) (assim|com (o que|o nosso site|a situacao|como))
        nao (\w+ )?(vejo|vemos) (\w+ ){0,2}?(utilidade|vantagem|necessidade|como|sentido|valor)
        funciona (muito )?bem|boca a boca|ja temos (isso|tudo) resolvido
    """),
    W("competitor", 3, r"""
        (ja|atualmente) (\w+ ){0,4}?(fornecedor\w*|agencia|empresa|parceiro|solucao\
            |ferramenta|sistema|programa|contrato|quem)
        (outra|outro|nosso|nossa) (\w+ )?(fornecedor\w*|agencia|empresa|parceiro|solucao)
        (concorren\w+)
        (trabalhamos|trabalho) (ja )?com
        nao (\w+ ){0,3}?(mudar|trocar)
    """),
    W("customer", 3, r"""
        (ja )?(somos|sou) (\w+ )?(clientes?|usuari\w+|assinante\w*)( de voces| vossos?\
            | seus?|[.,!]|$)
        ja (usamos|uso|utilizamos|temos) (o vosso|o seu|a sua|conta)
    """),
    W("question", 2, r"""
        ^(quem|de onde|como (conseguiu|conseguiram|tem|obteve|obtiveram)|o que e|do que\
            |por que|e uma|onde (conseguiu|arranj))
    """),
    W("thanks", 1, r"""(obrigad[oa]|agradec\w+)"""),
    W("noted", 2.5, r"""
        (recebido|recebi|anotado|tomei nota|entendido)
        (vou|vamos|irei|preciso) (\w+ )?(ver|analisar|pensar|ler|avaliar|olhar\
            |dar uma)(?! (em|no|na) )
        (encaminhei|repassei|encaminhado|reencaminhei)
        (retorno|retornamos|dou um retorno|aviso)
    """),
    W("absence", 4, r"""
        (fora|ausente) (do|de) (escritorio|o escritorio)|estou ausente
        (de|em) ferias|licenca (maternidade|paternidade|medica)|de licenca
        (no meu|ao meu|meu) (regresso|retorno)
        resposta automatica
        (sem|acesso limitado|nao terei) (\w+ )?(acesso )?ao? e-?mail
        escritorio (estara|esta|encontra-se) fechado
    """),
    W("bounce", 4, r"""
        nao (\w+ ){0,4}?(entregue|entregar|foi possivel entregar)
        (caixa|destinatario|endereco) (\w+ ){0,3}?(chei\w|inexistente|nao existe\
            |desconhecid\w|rejeitad\w)
        falha (na|de) entrega
    """),
)  # fmt: skip
