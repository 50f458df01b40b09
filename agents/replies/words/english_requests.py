"""English: how people ask to be left alone. Data for `opt_out.py`."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "me": (
            r"me|us|my (own )?(name|e-?mails?|address|number|details|data|contact|"
            r"info\w*|company|business)( address| details| info\w*)?|our (name|"
            r"e-?mails?|address|number|details|data|company|business|team|office)( "
            r"address| details)?|this (e-?mail|address|number|account|mailbox|inbox|"
            r"person|line)( address)?|my (inbox|phone|mailbox|mobile|cell|line)|"
            r"[\w.+-]{1,64}@[\w.-]{1,80}"
        ),
        "list": (
            r"(\w+[ -]){0,4}?(lists?|mailings?|database|data ?base|db|distribution|"
            r"newsletters?|sequences?|campaigns?|records|systems?|crm|contacts|files|"
            r"e-?mails|e-?mailings|outreach|correspondence|communications?|future \w+|"
            r"here|this|it|these)"
        ),
        "mail": (
            r"e-?mails?|mails?|messages?|msgs?|texts?|sms|calls?|letters?|spam|"
            r"newsletters?|mailings?|communications?|correspondence|contact|outreach|"
            r"follow-?ups?|solicitations?|offers?|pitches|pitch|marketing|ads|"
            r"advertising|promotions?|crap|junk|stuff|garbage|things?|notifications?|"
            r"sales \w+|reminders?"
        ),
        "mailing": (
            r"e-?mailing|mailing|messaging|msging|messaging|texting|txting|texing|contacting|"
            r"spamming|writing( to)?|"
            r"calling|phoning|soliciting|bothering|harassing|pestering|reaching out( "
            r"to)?|following up( with)?|pinging|bugging"
        ),
        "write": (
            r"e-?mail|mail|message|msg|text|contact|write( to)?|call|phone|ring|spam|"
            r"solicit|bother|approach|reach out( to)?|follow up( with)?|ping|pester|disturb|"
            r"get in touch with|get back to|bug"
        ),
        "not": (
            r"don't|do not|dont|do n't|never|not to|must not|may not|should not|"
            r"shouldn't|no longer|stop to"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            ^(please |pls |kindly |yes,? |hi,? |hello,? )?opt[ -]?out( please| pls| me| us\
                | now| thanks| thank you| immediately)?(?=[.!]|$)
            (i|we) (have |'ve |already |had |am |are |'m )*unsubscrib(ed\
                |ing)( (already|twice|before|again|now|from (this|these|your|all)))
            (delete|remove|erase|lose|drop) (my|our|this) \
                ((e-?mail|phone|mobile|contact|work) )?(number|e-?mail|address|contact|details\
                |info)
            (remove|delete|drop|strike|exclude|scrub|purge) \
                {me}( (from|off|out of|of|on|please|pls|asap|now|immediately|at once|thanks)\
                |[.,!;]|$)
            (remov|delet)(e|ed|ing) (me|us)( (from|off)|[.,!]|$)
            (want|wish|like|ask|asking|asked|request|requesting|need|demand|prefer|have) \
                (\w+ ){0,3}?(to be |be |being |{me} )?(taken off|removed|deleted)( from)?
            (take|get) {me} (off|out of|from) (of )?{list}
            take (me|us) off([.,! ]|$)
            (ensure|make sure|want|confirm|see to it) \
                (\w+ ){0,2}?(i am|i'm|we are|we're|we|i|to be) \
                (\w+ )?(removed|taken off|deleted|unsubscribed)
            (am|are|be|get) (removed|taken off|deleted) from (your|all|the|this|any) \
                (\w+ ){0,2}?(lists?|database|mailings?)
            (want|need|let me|get me|like) (\w+ )?(out of|off) (this|your|the|that) \
                (\w+ ){0,3}?(list|mailing|database|sequence)
            (remove|delete|take) (from|off) (your |the |this |my |all )*(mailing |contact \
                |distribution |e-?mail |e-?mailing )*(lists?|database|db)
            cancel (my|our|this) (\w+ )?subscription (to|for) (\w+ ){0,3}?{mail}
            (how|where) (do|can|could|may|to) (i |we )?(get|come) (off|out of) {list}
            (request|requesting|demand|confirm) (\w+ ){0,3}?removal
            (please |pls |plz |kindly |just |now )unsub(scribe)?(?! link| button| rate| option)
            (?<!i'd )(?<!we'd )(?<!would )(?<!might )unsub(scribe)? \
                (me|us|{me}|from (this|these|your|all|everything)|this {me}|please|pls|now|asap\
                |immediately|thanks|thank you)
            (want|like|wish|need|trying|tried|would like|asked|ask|how (do|can|could|to)\
                |where (do|can)|let me|allow me) (i |we \
                |you )?(to )?(be )?unsub(scribe)?d?( from (this|these|your|all|any|the)|[.,!?]\
                |$| please| immediately)
            opt ({me}) out
            (want|like|wish|need|would like|ask|asking|asked|have|how (do|can|could)|choose\
                |hereby|i|we|please|pls|kindly) (i |we |you )?(to |am |are )?opt(ing\
                |ed)?[ -]?out(?! of (?!(all|any|your|these|this|further|future|receiving\
                |marketing|e-?mails?|mailings?|communications?|the (list|mailing|e-?mails?))))
            (put|add|place) {me} (on|to) (\w+ ){0,2}?(blacklist|block ?list\
                |suppression list|do[ -]not[ -](contact|call|e-?mail|mail) (list|registry))
        """),
        W("silence", 1, r"""
            (stop|stopped|quit|cease|ceased) (sending|sends?)( to)? (me|us|out)? \
                ?(these|this|those|them|that|it|anything|everything|any more\
                |anymore)?(?=[.,!;?]|$| please| pls| now| thanks| to (me|us))
            (if you|that you|you) (could |would |can |please )?(stopped|ceased|quit|stop\
                |cease) ({mailing}|sending)( {me}| these| this| your|(?=[.,!;?]|$))
            (prefer|rather|choose|like|ask|asked|request|want|wish) (you )?not to \
                (\w+ )?(receive|get|be contacted|be e-?mailed|be called|be texted|hear)
            {not}( ever| please| again| just)* {write} (or|and|nor) {write} {me}
            (spam|harass\w*|e-?mails?|messages?|texts?|calls?|these)[^\n]{0,40}[,;:-] \
                ?(please |just |so )?stop(?=[.!]|$)
            stop with (the|these|your|all the|all these|all your) (\w+ )?{mail}
            (not|no longer|never) (\w+ )?(allowed|authori[sz]ed|permitted|welcome) to {write} {me}
            (tired|fed up|done|had enough|had it) (of|with) \
                (your|these|all these|all your|the) (\w+ )?{mail}
            (stop|quit|cease|discontinue|refrain from|halt\
                |desist from)( and desist)?( from)?( all| any| ever| further| your| the| these\
                | this| with| constantly| always)* {mailing}( to)?( {me}|[.,!;:?]|$| anymore\
                | any more| now| please| at once| immediately| or | here)
            (stop|quit|cease|discontinue|refrain from|halt) \
                (to )?send(ing)?( to)?( me| us| out)?( all| any| of| more| further| these| this\
                | such| your| the| those| me| us| so many| unsolicited| unwanted| marketing\
                | sales| promotional| cold| commercial| electronic| bulk| daily| weekly)* {mail}
            (stop|quit|cease|discontinue) sending(?=[.,!;]|$)
            (stop|cease|discontinue|halt|end)( all| any| further| these| this| your| the\
                | future| such| unsolicited| unwanted| marketing| sales| promotional| cold)+ \
                {mail}
            {not}( ever| please| again| just)* {write} {me}
            {not}( ever| please)* {write}( (back|here|to this|this))?( \w+){0,2} \
                (again|anymore|any more|any longer|any further|ever)
            {not}( ever| please)* send (me |us |to (me|us) )?(any |more |further |these \
                |such |your |this |anything|another |unsolicited |out )+(\w+ ){0,3}?({mail}\
                |else|again|more|$|[.!])
            {not}( ever| please)* send (me|us) (anything|any ?more|{mail})
            (^|[,;:.!-] ?|please,? |pls |kindly |and |want |wish |so |receive |get |send \
                |with |thanks,? |interested,? )no (more(?! than)|further|additional) \
                (\w+ ){0,2}?{mail}(?! (than|needed|necessary|question))
            (no longer|not|don't|dont|never|do not|wouldn't|neither)( \w+){0,2}? \
                (want|wish|like|care|desire|need|wanting|interested)(s|ed)?( \w+){0,2}? \
                (receiv(e|ing)|get(ting)?|have|hav(e|ing)|see(ing)?)( any| more| further| these\
                | this| such| your| of| unsolicited| marketing| sales| promotional| the| cold\
                | all)* ({mail}|from you|anything|of these|these|more of)
            (no longer|not|don't|dont|never|do not|rather not|prefer not)( \w+){0,4}? \
                be(ing)? (further |ever )?(contacted|e-?mailed|called|messaged|texted|bothered\
                |disturbed|approached|solicited|spammed)
            (no longer|not|don't|dont|never|do not|rather not|prefer not)( \w+){0,4}? \
                hear(ing)? (anything )?(more |further )?(from you|from your|from them|anything)
            (no longer|not|don't|dont|do not)( \w+){0,1}? \
                (want|wish|need)( for)?( any| ur| more| further| these| such| your| of\
                | unsolicited| anymore)+ (\w+ ){0,1}?{mail}
            (no longer|not|don't|dont|do not)( \w+){0,2}? (want|wish|like)( \w+){0,2}? \
                (on (your|this|the|any) (\w+ ){0,2}?list|subscribed\
                |part of (this|your) (\w+ ){0,2}?list)
            (no longer|not|don't|dont|do not)( \w+){0,3}? (be )?on (your|this|the|any) \
                (\w+ ){0,2}?(list|database)
            (make sure|ensure|see to it|want to be sure) (\w+ ){0,2}?(i|we) \
                (don't|do not|never|no longer|won't) (\w+ )?(get|receive|see|hear)
            final (notice|warning|request)[^\n]{0,60}(stop|cease|remove)
        """),
        W("formal", 1, r"""
            (withdraw|withdrawing|revoke|revoking|withdrawn|not give|never gave|no) \
                (\w+ ){0,3}?(consent|permission) (to|for) \
                (\w+ ){0,3}?(market\w*|e-?mail\w*|messag\w*|contact\w*|process\w*|us\w+\
                |communicat\w*|advert\w*|be \w+)
            (withdraw|withdrawing|revoke|revoking) (my|our|any|all|the|that) \
                (\w+ ){0,2}?(consent|permission)
            (object|objecting|objection|opt out) (\w+ ){0,2}?to \
                (\w+ ){0,4}?(processing|use|using|marketing|storage|storing|contact)
            (erase|delete|destroy|wipe|purge|remove)( all| any| of| the| my| our| personal\
                | contact| every| bit| piece)+ (\w+ ){0,1}?(data|details|information|info\
                |records?)(?! from the (draft|offer|proposal|document|page|site))
            right (to be forgotten|to erasure|to object)
            art(icle|\.)? ?(17|21)( \(?\d\)?)? (of the )?gdpr
        """),
        W("silence", 1, r"""
            (if|unless) you (don't |do not |cannot |can't |won't )?(stop|cease|quit) \
                ({mailing}|sending)( to)? {me}
            if you (keep|continue|still|ever|dare) (to )?({mailing}|{write}|sending\
                |send)( to)? {me}
            if you ({write}|send)( to)? {me}( \w+){0,3} (again|once more|any ?more)
            cease and desist
            (leave (me|us) (alone|in peace|be(?![ \w]))\
                |lose my (number|e-?mail|address|contact)|forget my (number|e-?mail|address))
        """),
        W("plea", 1, r"""
            cancel (my|our) (\w+ )?subscription(?=[.,!;]|$| please)
            ^enough (already|is enough|now|with (this|these|the) \w+)
            (mark|report|flag|block)(ing|ed)? (you|this|these|it|your \w+|you \w+) \
                (\w+ ){0,3}?(as )?spam
            (marked|reported|flagged) as spam
            (^|[,;] |please |just )(go away|get lost|piss off|buzz off)(?=[.,!;]|$)
            f(uck|\*+k?) off
            (i'll|i will|going to|am) block(ing)? you|blocked you
            (no|where is|where's|missing|see|find) (\w+ ){0,3}?unsubscribe (link|button|option)
            sick (and tired )?of (your|these|all these|all your) {mail}
            stop spamming
        """),
    ),
    negation=(
        r"(don't|do not|dont|didn't|did not|not|never|won't|without|instead of|"
        r"doesn't|does not|if (i|we|you)|whether to|unless you|before you|people|"
        r"customers|users|clients|they|he|she|reply|text|txt|link to|click to|option "
        r"to|ability to|tool|button to|would have to)"
    ),
    until=(
        r"(until|till|til|before (next|the end|january|february|march|april|may|june|"
        r"july|august|september|october|november|december|q[1-4]|20\d\d)|for (now|the "
        r"(moment|time being|next|rest)|a (while|few|couple)|at least|\w+ (weeks?|"
        r"months?))|at the moment|this (week|month|quarter|year)|while (i|we)|right "
        r"now|today|over the holidays|during)"
    ),
    before=(
        r"(before (\d|noon|ten|nine|eight|eleven|lunch|monday|tuesday|wednesday|"
        r"thursday|friday|then|that)|after (\d|hours|five|six|lunch|noon)|in the "
        r"(morning|afternoon|evening)|at (night|lunch|home|work|weekends?)|on "
        r"(weekends?|saturdays?|sundays?|mondays?|fridays?)|between|so (early|late)|"
        r"during (work|lunch|class|the day)|when (i|we|you)|without|unless|if )"
    ),
    instead=(
        r"(instead|rather(?! not)|(,|;|-|and|but|just|please) (please |just )?(send|"
        r"call|phone|text|use|mail|e-?mail|write|message|whatsapp|ring)(?! (spam|"
        r"crap))(?= |$)|by (phone|e-?mail|post|text|letter|mail) only|(prefer|better) "
        r"(by |via |an? )?(e-?mail|phone|text|call|sms|whatsapp|post)|only (by|via|"
        r"through) )"
    ),
    exact=(
        "unsubscribe", "unsub", "stop", "remove", "remove me", "opt out", "optout", "opt-out",
        "please stop", "stop please", "stop it", "stop this", "please stop this", "just stop",
        "stop now", "stop immediately", "stop all", "stopall", "unsubscribe please",
        "unsubscribe me", "please remove", "remove please", "stop thanks", "stop thank you",
        "stop pls", "pls stop", "plz stop", "kindly stop", "unsubscribe thanks",
        "unsubscribe thank you", "delete me", "take me off", "no more", "no more please",
        "cancel subscription", "stop stop stop", "stop stop", "stop texting", "stop messaging",
        "stop contacting", "do not contact", "do not call", "dnc",
        "take us off", "cease", "please cease",
    ),
)  # fmt: skip
