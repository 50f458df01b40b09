"""French: requests to be left alone, and what people say to an offer. Accents are folded away."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "w": r"[\w'-]+",
        "address": r"[\w.+-]{1,64}@[\w.-]{1,80}",
        "mine": (
            r"(mon|notre|mes|nos|cette|ce|l') ?(adresse|e-?mail|mail|courriel|numero|nom|"
            r"coordonnees|donnees|contact|informations)( {w}){0,2}?"
        ),
        "list": (
            r"(votre|vos|la|les|cette|ces|toutes|toute|tous|l'ensemble de) ({w} ){0,3}?(listes?|"
            r"fichiers?|base|bases|diffusions?|newsletters?|envois?|mailings?|base de donnees|"
            r"contacts|systemes?|carnets?|crm)"
        ),
        "mail": (
            r"e-?mails?|mails?|courriels?|messages?|newsletters?|publicites?|pubs?|sms|appels?|"
            r"sollicitations?|courriers?|communications?|prospections?|offres?|spams?|"
            r"demarchages?|relances?|envois?|textos?"
        ),
        "write": (
            r"ecrire|ecrivez|ecris|contacter|contactez|contacte|solliciter|sollicitez|appeler|"
            r"appelez|demarcher|demarchez|relancer|relancez|envoyer|envoyez|envoie|adresser|"
            r"recontacter|recontactez|importuner|deranger|derangez|harceler|spammer|joindre|"
            r"telephoner"
        ),
        "again": r"plus|plus jamais|jamais",
    },
    wordings=(
        W("removal", 1, r"""
            (me|nous|m'|de me|de nous) ?(retirer|enlever|supprimer|desinscrire|desabonner\
                |rayer|radier|effacer|exclure|oter|sortir)(?! la | le | les | ce | cette )
            (retirez|enlevez|supprimez|desinscrivez|desabonnez|rayez|radiez|effacez|sortez\
                |otez|retire|enleve|desinscris|desabonne|supprime)-(moi|nous)
            (retirer|enlever|supprimer|effacer|rayer|retirez|enlevez|supprimez|effacez\
                |rayez|oter|sortir) {mine}( (de|des|dans) {list}|[.,!;]|$| immediatement| svp\
                | s'il)
            (retirer|enlever|supprimer|effacer|rayer|retirez|enlevez|supprimez|effacez\
                |rayez) {address}
            (me|nous|m') ?(desabonner|desinscrire)
            (retrait|suppression|desinscription|desabonnement|radiation) \
                (immediate? )?(de|d') ?({mine}|ma part|{list}|vos)
            (demande|souhaite|veux|voudrais|merci de proceder a|confirmer) \
                ({w} ){0,3}?(desinscription|desabonnement|radiation)
            comment ({w} ){0,3}?(desabonner|desinscrire)(?=[ ?.!]|$)(?! les| nos| vos| mes)
        """),
        W("silence", 1, r"""
            ne ({w} ){0,2}?(souhaite|souhaitons|veux|voulons|desire|desirons|voudrais\
                |souhaiterais|tiens|accepte) {again} ({w} ){0,3}?(recevoir|etre|avoir|de vos\
                |de {mail}|vos {mail}|entendre)
            (arretez|arrete|arreter|cessez|cesse|cesser|stoppez|stop) \
                (immediatement )?(de|d') ?(m'|nous|me|vous )? ?({write}|spammer)
            (arretez|arrete|arreter|cessez|cesser|stoppez|stopper|stop a|stop aux|stop\
                |halte a|halte aux) (immediatement )?(tout|toute|tous|toutes|vos|ces|les|l'|d'\
                |de|avec|cet|cette)?( vos| ces| les)? ?({mail}|demarchage|harcelement\
                |prospection)
            (de )?ne {again} ({w} ){0,2}?(me|nous|m') ?{write}
            (de )?ne {again} (recevoir|etre (contacte|sollicite|demarche|derange|appele|relance))
            ne (me|nous|m') ?({write}) {again}
            n'(envoyez|envoie|ecrivez|ecris|appelez) {again}
            ne m'(envoyez|envoie|ecrivez|ecris|appelez|envoyer|ecrire|adressez) {again}
            (^|[.,;!] ?|merci,? |veux |souhaite )(plus (de|d'|aucun|un seul)) ?({w} )?{mail}
            (aucun|aucune) autre ({mail}|contact|prise de contact)
            ne ({w} )?(veux|voulons|souhaite|souhaitons) plus (de|d'|aucun|aucune) \
                ?({w} ){0,2}?{mail}
            (cesser|arreter|stopper|mettre fin a|mettre un terme a) \
                ({w} ){0,4}?(envois?|envoi a|contact|communication\w*|sollicitation\w*|messages?)
            (laissez|laisse|foutez|fichez)-(moi|nous) (la paix|tranquilles?)
            ne ({w} ){0,2}?veux plus ({w} ){0,4}?(entendre parler|de vos|de vous|rien recevoir)
        """),
        W("formal", 1, r"""
            (m'oppose|nous opposons|oppose|opposition|droit d'opposition) \
                ({w} ){0,4}?(a|au|aux|contre) ({w} ){0,3}?(utilisation|traitement|prospection\
                |demarchage|l'utilisation|conservation)
            (retire|revoque|retirer|revoquer|retirons) (mon|notre|tout) consentement
            (supprimer|supprimez|effacer|effacez|effacement|suppression|detruire) \
                ({w} ){0,4}?(mes|nos|toutes mes|de mes|de nos) \
                ({w} )?(donnees|informations|coordonnees)
            droit (a l'oubli|a l'effacement|de suppression|d'opposition)
            article (17|21) (du )?rgpd
        """),
        W("plea", 1, r"""
            (ca suffit|c'est du spam|je vous signale comme spam)
            (allez vous faire|degage|foutez le camp|fichez le camp)
        """),
    ),
    negation=(
        r"ne pas|n'est pas|pas|jamais|sans|au lieu de|si (je|nous|vous)|clients|utilisateurs|"
        r"abonnes|ne voulons pas|ne veux pas"
    ),
    until=(
        r"jusqu'(a|au|en)|pour (le moment|l'instant)|pendant|cette (semaine|annee)|ce mois|en "
        r"ce moment|actuellement|durant|d'ici"
    ),
    before=(
        r"avant ({w} )?(\d|lundi|mardi|mercredi|jeudi|vendredi|midi|dix|neuf|huit)|apres \d|le "
        r"(matin|soir|week-end|lundi|mardi|mercredi|jeudi|vendredi)|l'apres-midi|entre"
    ),
    instead=(
        r"plutot|mais (appelez|ecrivez|envoyez|utilisez|par)|, ?(envoyez|appelez|ecrivez|"
        r"utilisez)|uniquement par|seulement par|a la place|et (envoyez|renvoyez|utilisez)"
    ),
    exact=(
        "desabonnement", "desinscription", "desabonner", "desinscrire", "me desabonner",
        "me desinscrire",
        "arret", "arretez", "arretez svp", "stop svp", "stop merci", "desabonnez-moi",
        "desabonnez moi", "desinscrivez moi",
        "retirez moi", "supprimez moi", "stop pub", "stop sms", "plus de mail",
        "plus de mails", "plus de mails merci",
        "merci de me desabonner", "merci de me desinscrire", "ne plus contacter",
        "ne plus me contacter", "fichez-moi la paix",
    ),
)  # fmt: skip

PARTS = {
    "w": r"[\w'-]+",
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|aujourd'hui|la semaine "
        r"prochaine|semaine prochaine|\d{1,2} ?h( ?\d\d)?(?!\w)|\d{1,2}:\d\d|matin|apres-midi|"
        r"midi"
    ),
    "meet": (
        r"parler|discuter|echanger|voir|rencontrer|appeler|telephoner|rendez-vous|rdv|visio|"
        r"appel|passer|recontrer|entretien|point"
    ),
    "later": (
        r"(a|au|en|apres|des) (la rentree|printemps|l'automne|automne|ete|l'ete|hiver|l'hiver|"
        r"janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)|"
        r"(l'annee|le mois|le trimestre|la semaine|l'an) prochaine?|dans ({w} ){0,2}?(mois|"
        r"semaines|ans?|jours)|plus tard|apres (les|le|la) {w}|annee prochaine|ulterieurement"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (dites|racontez)-?(m'|moi|nous)?-?en ({w} )?plus
        pourquoi pas(?=[.,!?]|$)
    """),
    W("interest", 3, r"""
        (?<!pas )(?<!n')(ca|cela|votre {w}|votre offre|ceci|oui,? ca|offre|proposition) \
            (m'|nous |peut m'|pourrait m'|pourrait nous )?(interesse|interesserait\
            |interessent)(?! pas)
        (suis|sommes|serais|serions) (tres |vraiment |bien |potentiellement )?interesse
        (semble|parait|a l'air|est|sembler) (tres |vraiment |bien |plutot )?(interessante?\
            |prometteur|super|parfait|top|genial|bien)
        (aimerais|aimerions|voudrais|voudrions|souhaite|souhaitons|souhaiterais\
            |souhaiterions) ({w} ){0,2}?(en savoir plus|savoir plus|essayer|tester|avancer\
            |commencer|decouvrir|en discuter|demarrer)
        (exactement|justement|precisement) ({w} ){0,3}?ce (que|qu'|dont)
        (nous cherchons|je cherche|nous recherchons|je recherche) \
            (justement|actuellement|exactement)
    """),
    W("interest", 2, r"""
        (prochaine etape|prochaines etapes|comment (on )?(procede|avancer|procedons))
        (allons-y|on y va|banco|ca marche|je suis partant|nous sommes partants)
        (demo|demonstration|essai gratuit|version d'essai)
        (hate de|au plaisir de|ravi)
        ca tombe bien|interessant(?=[.,!]|$)
    """),
    W("asks_for_more", 2.5, r"""
        (envoyez|envoyer|envoie|transmettre|transmettez|recevoir|faire parvenir|adresser\
            |communiquer|partager|faites|avoir|etablir|joindre)(-moi|-nous)?( {w}){0,6} \
            (informations?|infos?|devis|documentation|details?|tarifs?|proposition|offre\
            |brochure|plaquette|exemples|references|contrat|catalogue|presentation|prix)
        (quel|quels|quelle|combien) ({w} ){0,3}?(prix|tarifs?|couts?|coute|coutent|budget|tarif)
        (plus|davantage) (d'|de |amples )?({w} )?(informations?|infos|details|precisions)
        combien (ca|cela|est-ce|pour|coute|faut)
    """),
    W("agreement", 2.5, r"""
        ^(oui|volontiers|avec plaisir|d'accord|bien sur|ok|parfait|entendu|absolument\
            |certainement|pourquoi pas|ca me va|ca marche)(?=[.,! ]|$)(?! mais)
    """),
    W("meeting", 2.5, r"""
        (disponible|dispo|libre|possible|convient|conviendrait|va|irait|peut-on\
            |pouvons-nous|peut|on|pourrions-nous|proposer|propose|serait|etes-vous|suis) \
            ({w} ){0,6}?({day})(?! pas)
        (peut-on|pouvons-nous|pourrions-nous|on peut|on pourrait|peut|pourrait|allons\
            |souhaite|aimerais|aimerions|ravi de|voudrais|volontiers) \
            ({w} ){0,4}?({meet})(?! suite)
        (fixer|prendre|convenir|organiser|planifier|caler|reserver|proposer)( d'| de)?( un\
            | une)? (rendez-vous|rdv|appel|visio|date|creneau|entretien|reunion)
        (agenda|calendrier|creneaux?)
    """),
    W("call_me", 3, r"""
        (appelez|rappelez|appeler|joindre|contactez|contacter|telephonez)(-moi|-nous)? \
            ?({w} ){0,4}?(au|sur le|sur mon|a) ({w} )?:? ?(\+|00|\()?\d[\d ().-]{5,}
        (?<!ne )(appelez|rappelez|telephonez)-(moi|nous)
        mon (numero|portable|mobile|fixe) (est|:)
    """),
    W("decline", 3, r"""
        (pas|plus|aucunement|nullement|pas du tout) ({w} )?(interesse|d'interet|interessant)
        (m'|nous |n')?(interesse|interessent) pas
        non,? ?merci
        ^non(?=[.,!]|$)
        (aucun|sans) interet
        ne (donnerons|donnerai|donnons|donne|souhaitons|souhaite) pas \
            ({w} )?(suite|donner suite|poursuivre|aller plus loin|avancer)
        (pas|n'est pas) ({w} )?(pour (nous|moi)|adapte|pertinent|ce que (nous|je))
        (decline|declinons|decliner|refuse|refusons)
        ca ne (me|nous) (concerne|convient|correspond) pas
    """),
    W("hostile", 3, r"""
        spam|arnaque\w*|harcelement|honteux|scandaleux|foutez|degage\w*|escroc\w*\
            |ras le bol|idiots?|inadmissible
    """),
    W("legal", 3.5, r"""
        (mon|notre|un|nos|mes) avocats?|cnil|porter plainte|porterai plainte\
            |depot de plainte|poursuites?|plainte|tribunal|mise en demeure|illegal\w*|rgpd\
            |procureur|signal spam|action en justice
    """),
    W("timing", 3, r"""
        (pas|ni|plus) ({w} ){0,3}?(le moment|pour le moment|pour l'instant|en ce moment\
            |actuellement|maintenant|tout de suite|cette annee|dans l'immediat|priorit\w*)
        (en ce moment|actuellement|pour le moment|pour l'instant) \
            ({w} ){0,4}?(pas|debordes?|occupes?|complet|impossible)
        (recontactez|recontacter|rappelez|revenez|ecrivez|reparlons|reparler|reprenez\
            |relancez|contactez|revoir|voir|revenir)(-moi|-nous|-en)? ?({w} ){0,5}?({later})
        (peut-etre|plutot|eventuellement) ({w} )?({later})
        (pas le temps|manque de temps|trop tot|mauvais moment|debordes?|trop occupes?\
            |surcharges?|sous contrat jusqu)
        pas avant ({w} ){0,3}\w+
    """),
    W("budget", 2, r"""
        (c'est|ca fait|cela fait|beaucoup) trop(?=[.,! ]|$)(?! (tot|loin|tard))
    """),
    W("authority", 2, r"""
        (siege|direction|maison mere|centrale|groupe)( {w}){0,4} \
            (qui )?(gere|s'en occupe|decide|s'occupe)
    """),
    W("timing", 2, r"""
        apres (les|la|le|l') ?({w} )?(travaux|vacances|saison|ete|rentree|fetes\
            |demenagement|ouverture)
    """),
    W("competitor", 2.5, r"""
        (beau-frere|neveu|cousin|frere|fils|ami|autre {w})( {w}){0,2} \
            (qui )?(s'en occupe|s'occupe|le fait|gere)
    """),
    W("budget", 3, r"""
        (trop|tres|un peu|beaucoup trop|hors de) (cher|chere|chers|onereux|couteux|eleve\
            |prix|eleves)
        (pas|aucun|plus|sans|manque) (de |le |d'|les )?({w} )?(budget|moyens|argent|fonds\
            |tresorerie)
        budget ({w} ){0,4}?(epuise|gele|serre|limite|boucle|depense|depasse|restreint|insuffisant)
        (hors|depasse|au-dessus de) ({w} )?budget
        (pas les moyens|peux pas me le permettre|pouvons pas nous le permettre|moins cher)
    """),
    W("authority", 3, r"""
        (direction|patron|gerant|siege|directeur|directrice|proprietaire|responsable\
            |conseil|chef|dirigeant|mari|femme|associe|hierarchie|achats)( {w}){0,3} \
            (qui )?(decide|decident|tranche|valide|valident|doit|choisit|s'en occupe|gere)
        (decision|ca|cela) ({w} ){0,4}?(revient|depend|appartient|prise) \
            ({w} ){0,3}?(direction|patron|gerant|siege|directeur|proprietaire|responsable\
            |conseil)
        (en parler|demander|voir|valider|consulter|soumettre)( {w}){0,2} \
            (a|avec|au|aupres de|aupres du) ({w} )?(direction|patron|gerant|siege|directeur\
            |directrice|proprietaire|responsable|chef|mari|femme|associe\w*|equipe)
        (pas|ne) ({w} )?(decisionnaire|decideur|habilite|moi qui decide)
    """),
    W("wrong_person", 3, r"""
        (pas|plus) ({w} )?(la bonne personne|le bon interlocuteur|la bonne interlocutrice\
            |la personne|en charge|concerne|le bon contact|responsable de|competent)
        (mauvaise personne|mauvais interlocuteur|mauvais service|mauvais numero\
            |mauvaise adresse|erreur de destinataire|trompez de personne)
        ne (m'occupe|gere|suis) pas ({w} )?(de|d'|cela|ca|du|des|en charge)
    """),
    W("referral", 3, r"""
        (adresser|contacter|ecrire|voir|joindre|vous rapprocher|contactez|ecrivez\
            |adressez-vous|tourner|demander|transmettre)( {w}){0,5}? \
            (a|au|avec|aupres de|vers|de)? ?({w} ){0,4}?({mail}|collegue|service|responsable\
            |directeur|directrice|siege)
        (bonne personne|bon interlocuteur|personne en charge|responsable)( {w}){0,3} (est|serait|:)
        {mail} (a la place|plutot|s'en occupe|est en charge)
    """),
    W("gone", 3, r"""
        ne (travaille|fait|est|sont|travaillent) plus \
            ({w} ){0,3}?(ici|chez nous|dans|partie|pour|la|l'entreprise|la societe|en poste)
        (a|ont) quitte ({w} ){0,2}?(entreprise|societe|l'entreprise|structure|poste|etablissement)
        (a la retraite|decedee?)
    """),
    W("need", 3, r"""
        (pas|plus|aucun|ni|n'en) ({w} ){0,2}?besoin
        (faisons|fait|gerons|fais|gere|realisons|est fait|avons) \
            ({w} ){0,4}?(en interne|nous-memes?|moi-meme|nos propres)
        (deja) (ce qu'il (nous|me) faut|equipes?|bien equipes?|couverts?)
        (satisfaits?|contents?|heureux) (de|avec|du|comme) \
            ({w} ){0,3}?(situation|site|ca|cela|actuel\w*|fonctionnement)
        (ne vois|voyons) pas ({w} )?(l'interet|l'utilite|interet|ce que|comment|l'avantage)
        (fonctionne|marche|fonctionnent) (tres |deja )?bien
        bouche-a-oreille|bouche a oreille
    """),
    W("competitor", 3, r"""
        (deja|actuellement) ({w} ){0,4}?(prestataire|fournisseur|agence|partenaire|solution\
            |outil|logiciel|societe|contrat|quelqu'un)
        (autre|un autre|une autre|notre|actuel) (prestataire|fournisseur|agence|partenaire\
            |solution|societe|entreprise)( actuelle?)?
        (concurrent\w*|concurrence)
        (changer|change) ({w} ){0,2}?(de prestataire|de fournisseur|d'agence)
        travaill\w+ (deja |actuellement )?avec
    """),
    W("customer", 3, r"""
        (sommes|suis|deja|etes) ({w} ){0,3}?(cliente?s?|abonnes?|utilisateurs?)( chez vous\
            | de chez vous| de votre|[.,!]|$)
        (utilisons|utilise) deja (votre|vos)
        (mon|notre) numero de client
    """),
    W("question", 2, r"""
        ^(qui|d'ou|comment avez|comment vous|ou avez|de quoi|c'est quoi|qu'est-ce\
            |quelle societe|etes-vous|est-ce que vous|pourquoi)
        comment (avez-vous|vous avez) ({w} ){0,2}?(eu|obtenu|trouve)
    """),
    W("thanks", 1, r"""(merci|remercie)"""),
    W("noted", 2.5, r"""
        (bien recu|bien note|pris note|prends note|recu)
        (vais|allons|je|nous|on) ({w} ){0,2}?(regarder?|regardons|etudier?|reflechir\
            |reflechis|lire|voir|examiner|jeter un)(?! (en|au|a la) )
        (reviens|reviendrai|reviendrons|reviens|revenons) (vers|a) (vous|toi)
        (transmis|transfere|fait suivre|transmets|fais suivre)
    """),
    W("absence", 3, r"""
        de retour (le|a partir|lundi|mardi|mercredi|jeudi|vendredi|au)
    """),
    W("absence", 4, r"""
        (absente?s?|absence)( {w}){0,4} (du|jusqu|bureau|pour|actuellement|au|aujourd|cette)
        (suis|serai|sommes|est) ({w} )?(absente?|en conges?|en vacances|en deplacement|en arret)
        (actuellement|en ce moment) ({w} )?en (conges?|vacances|deplacement)
        (en|de) (conges?|vacances)( {w}){0,4} (jusqu|retour|du|annuels)
        (mon|a mon|notre) retour
        (reponse|message) automatique
        (conge (maternite|parental|paternite|maladie)|fermeture annuelle\
            |bureaux? (sont|seront|est|sera) ferme)
        (sans|pas|acces limite|peu d') ({w} ){0,2}?acces (a|aux) (mes|ma|mails|messagerie|e-mails)
    """),
    W("bounce", 4, r"""
        (n'a|n'ont|pas|n') ?({w} ){0,4}?(remis|delivre|distribue|achemine)(?=[ .,!s]|$)
        (echec|erreur) (de|de la|d') ?({w} )?(remise|distribution|envoi|livraison)
        (destinataire|adresse|boite)( {w}){0,4} (inconnue?|n'existe pas|introuvable|pleine\
            |rejetee?)
    """),
)  # fmt: skip
