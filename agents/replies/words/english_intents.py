"""English: how people say what they mean to an offer. Data for `cues.py`."""

from agents.replies.wordings import Wordings as W

PARTS = {
    "mail": (r"[\w.+-]{1,64}@[\w.-]{1,80}"),
    "day": (
        r"(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?s?|today|tomorrow|next week|"
        r"this week|week after next|(later|early|late) (this|next) week|"
        r"\d{1,2}(:\d\d)? ?[ap]\.?m\.?|\d{1,2}:\d\d|noon|lunch|morning|afternoon|"
        r"(on )?the \d{1,2}(st|nd|rd|th)"
    ),
    "meet": (
        r"talk|speak|chat|meet|call|connect|catch up|zoom|skype|video call|sync|"
        r"discuss(?! (it |this |that )?(with (the|my|our)|internally|among))|"
        r"jump on|hop on|get together|come by|stop by|drop by|swing by|visit|coffee|"
        r"have a (quick |short |brief )?(call|chat|meeting|look)"
    ),
    "later": (
        r"later|(in )?(\w+ )?(weeks?|months?|quarters?|years?)|next (month|quarter|"
        r"year|spring|summer|autumn|fall|winter)|q[1-4]|spring|summer|autumn|fall|winter|"
        r"january|february|march|april|june|july|august|september|october|november|"
        r"december|in may|after (the )?\w+|the holidays|christmas|easter|new year|then|"
        r"future|another time|(sometime|some time) (next|in|after)\b"
    ),
}

INTENTS = (
    W("interest", 3, r"""
        (?<!not )(?<!n't )(i'm|i am|we're|we are|am|are|be|definitely|very|quite|really\
            |certainly|indeed|might be|could be|would be|may be|be|both|is) \
            (also |both |really |very |definitely |quite |certainly |indeed |potentially \
            |possibly )*interested(?! rate)
    """),
    W("interest", 2.5, r"""
        (^|[.,!] ?)(yes,? )?(very |definitely |quite )?interested(?=[.,!; ]|$)(?! parties)
    """),
    W("interest", 2, r"""
        (sounds?|looks?|seems?|is|very|quite|really|pretty|getting) \
            (very |really |quite |pretty |super |)?(interesting|intriguing)
    """),
    W("interest", 2.5, r"""
        (sounds?|looks?) (really |very |pretty |quite )?(good|great|promising|perfect\
            |fantastic|excellent|amazing|awesome|useful|helpful\
            |like (a|an|something|exactly))(?! but| on paper)
        (would|'d|'d|i'd|we'd|am|are|'m|'re|very|more than)? \
            ?(love|like|keen|eager|happy|glad|excited|curious|open|willing|want) to \
            (\w+ ){0,2}?(learn|hear|know|see|try|test|explore|discuss|talk|chat|speak|meet\
            |find out|get|start|move forward|proceed|understand|connect|take part|join|jump|hop)
    """),
    W("interest", 2, r"""
        (^|i'm |i am |we're |we are |very |now )(curious|intrigued|keen)(?! \w+ you got)
    """),
    W("interest", 2.5, r"""
        (exactly|just|actually|currently|indeed|been|are|'re|am|'m) \
            (what )?(\w+ ){0,3}?(looking for|searching for|in the market for)
        could (really |definitely )?use (some |a |your )?(\w+ )?(help|hand|support)
        (exactly|just) what (we|i) (need|want|\w+ been)
        (perfect|great|good|excellent|impeccable) timing
        this is timely
        timing (is|couldn't be) (perfect|great|better)
        (yes,? |ok,? |great,? |sure,? |so )?let('s| us|s) \
            (do (it|this|that)|go( ahead)?|start|get started|proceed|try|give it|make it happen\
            |move forward|explore)
        count (me|us) in(?! this)
        (^|we are |we're |i'm |i am )(in|sold|on board)[.!]
        sign (me|us) up
        (where|how) (do|can) (we|i) (sign( up)?|start|order|buy|get started)
        ready to (sign|start|go|buy|order)
    """),
    W("interest", 2, r"""
        next steps?( are|\?|$)
        (please |let's |we want to |happy to |want to |like to |to )(go ahead|move forward\
            |proceed)(?! with (another|someone|a different))
        how soon (can|could)
        (got|have) (the |an? )?approv(al|ed)
        (great|good|brilliant|nice|excellent|fantastic) (idea|stuff|work)
        (was|am|are|were|very|really|quite) impress(ed|ive)
        (i|we) (really |do )?(like|love) (the (idea|sound|look|concept|offer|approach)|it\
            |this|what)
        (would|could|can|do|have|offer|get|see|try|run|start|want|free|a|the) \
            (\w+ ){0,4}?(pilot|free trial|demo|test run|trial)
    """),
    W("interest", 1.5, r"""
        (hear|know|learn|tell (me|us)|find out|see|read) (a (bit|little) )?more
        look(ing)? forward to (hearing|it|our|your|speaking|meeting|talking)
    """),
    W("interest", 2, r"""
        (caught|got|have|has|piqued) (my|our) (eye|attention|interest)
        (liked|likes|loved|loves) (it|your|the (idea|offer|concept|look|sound)|what|this)
        could (probably |possibly |certainly |well )?use (this|it|that|one|something like)
        (sure,? )?why not(?=[.,! ]|$)
        (up|game) for (it|this|that|trying|giving|a )
        ^(yes,? |ok,? )?go for it
        (add|put|count|include) (us|me) (to|on|in|into|for) (the|your) \
            (pilot|trial|programme|program|list of|waiting list|demo)
        (i'd|we'd|would) (gladly |happily )?(buy|order|sign|take) (that|it|this|one|two)
        still interested|interested still
    """),
    W("asks_for_more", 2.5, r"""
        (please|pls|plz|could you|can you|would you|kindly|yes|sure|then|just|also|and|do\
            |ahead and|feel free to|happy if you|so)?,? \
            ?(send|share|forward|e-?mail|provide|shoot|give|get|mail|pass)( it| them\
            | that)?( to)?( me| us| over| along| across| through| on| in)*( with| of)? \
            (\w+ ){0,4}?(info(rmation|s)?|details?|brochures?|pricing|prices?|price list\
            |quotes?|quotation|proposals?|offers?|decks?|rates?|examples?|references?\
            |case stud(y|ies)|documentation|contracts?|agreements?|materials?|links?|samples?\
            |costs?|presentations?|specs?|catalogu?es?|invites?|invitation|numbers|figures\
            |estimates?|one[ -]pager|materials)(?! (instead|again|is wrong))
        (what|how much)('s| is| are| does| do| would| will| did)? \
            (\w+ ){0,4}?(costs?|prices?|pricing|charges?|rates?|fees?)( |\?|$)
        how much (for|per|would|is|are|does|do|will)
        (pricing|prices|rates|costs?) for
        (your|the) (pricing|prices|rates|fees)(\?| please| for| look| and)
        quote (for|me|us)
        price range
        (know|need|get) (the |your )?(price|pricing|cost)s?
    """),
    W("asks_for_more", 2, r"""
        (appreciate|like|want|need|get|have|receive|see|expect|welcome|request) \
            (\w+ ){0,2}?(quote|quotation|proposal|offer|estimate)s?(?! is| was)
    """),
    W("asks_for_more", 1.5, r"""
        (walk|talk|take) (me|us) through
        show (me|us)(?! the exit)
        do you (have|offer|support|integrate|do|provide|also|work with|handle)
        (does|would|will|can|could) (it|this|that|your \w+) \
            (also |even )?(work|integrate|connect|support|handle|scale|run|include)
        how (does|would|do|did|could) (it|this|you|that)(?! (get|find|obtain|know|come))
    """),
    W("asks_for_more", 2, r"""
        what (would|will|does|might) (\w+ ){0,4}?(run|set) (us|me)( back)?
        ball ?park
        (see|want|like|have|share) (\w+ ){0,2}?(references|testimonials|examples|samples) (from|of)
        (minimum|notice|contract) (term|period|length)
    """),
    W("agreement", 2.5, r"""
        ^(hi \w+,? |hello,? |hey,? |oh |well,? )?(yes|yep|yeah|yup|sure|absolutely\
            |definitely|of course|certainly|please do|why not|by all means|go ahead|gladly\
            |with pleasure)( please| pls| thanks| thank you| sure| absolutely\
            | definitely)*(?=[.,!;]| ?$| i | we | that| let| go | send| please| sounds\
            | that's)(?! but)
    """),
    W("agreement", 1.2, r"""
        ^(ok(ay)?|fine|alright|all right)(?=[.,!;]| ?$| i | we | that| let| go | send\
            | please| sounds)
    """),
    W("agreement", 1.5, r"""
        (that|it|this|which|\w+day|tomorrow|time|\d) \
            (works|suits|is fine|would work|would be (great|good|fine|perfect|helpful\
            |very helpful|appreciated)|is good|is perfect)( for)?( me| us)?
        (suits|works for|good for|fine (with|by)) (me|us)
    """),
    W("meeting", 2, r"""
        ^(\w+ )?{day}( or {day})?,? (\w+ )?(you choose|either|whichever|whatever suits\
            |is fine|would be fine|works|suits)
        (after|before|around|from) \d{1,2}(:\d\d)?( ?[ap]m)? (works|suits|is fine|is good)
    """),
    W("meeting", 2.5, r"""
        (can|could|will|would) you (be|come|make it|join)( \w+){0,5} {day}
        (can|could|shall|should|let's|lets|may|might|happy to|love to|glad to|like to\
            |want to|free to|time to|how about|up for|open to|good to|great to|feel free to\
            |available to|will) (we |you |i )?(\w+ ){0,4}?{meet}(?! \
            (it off|you back when|to an end))
        (how about|what about|does|would|could you do|can you do\
            |are you (free|available|around)|i'm (free|available|around|open)\
            |i am (free|available|around)|we're (free|available)|we are (free|available)\
            |i could do|we could do|i can do|we can do|is|free|available|open|works?|suits?|say\
            |maybe) (\w+ ){0,5}?{day}
        (my|our|in my|your) (calendar|diary|schedule) (is|has|link|shows|looks)
        (book|schedule|set up|arrange|pick|grab|choose|find|fix|plan|send)( me| us)? \
            (a|an|some|any|that|in a|the|your) (\w+ ){0,2}?(slot|time|call|meeting|appointment\
            |demo|chat|invite|zoom|date|visit)
        calendar (invite|link)
        calendly\.com
        cal\.com/
    """),
    W("meeting", 1.5, r"""
        (quick|short|brief|\d+[ -]?min(ute)?s?|intro(ductory)?|phone|video|zoom|teams) \
            (call|chat|meeting|talk|conversation)
    """),
    W("meeting", 2, r"""
        (should|let's|we need to|i want to) talk
        talk (on|this|next|tomorrow)
    """),
    W("call_me", 2.5, r"""
        (i'm|i am|you can get me|get me|find me) (on|at) (\+|00|\()?\d[\d ().-]{6,}
        tried (to call|calling|to ring|ringing|to reach)
    """),
    W("call_me", 3, r"""
        (call|ring|phone|reach|dial|text|whatsapp|try)(ing)? \
            (me |us )?(directly |anytime |any time |back |tomorrow |today |later |up )*(on|at\
            |under|via|,)? ?(my |our )?(mobile |cell |number |phone |direct line |office \
            |whatsapp )*(on|at|is|:|,)? ?(\+|00|\()?\d[\d ().-]{5,}
    """),
    W("call_me", 2.5, r"""
        (?<!not )(?<!n't )(?<!stop )(?<!dont )(please |just |you can |best to |better \
            |feel free to |could you |can you |do )?((call|ring|phone) \
            (me|us)(?! (\w+ ){0,2}(again|any ?more))|give (me|us) a \
            (quick |)?(call|ring|bell|buzz|shout))
        my (\w+ )?(number|mobile|cell|direct line|phone)( number)?( is|:| -)
    """),
    W("decline", 3, r"""
        (not|\w+n't|never|nor|isn't|aren't|no longer) (\w+ ){0,3}?interested
        (no|zero|without|not of|isn't of|of no|hold no) (\w+ )?interest(?! rate)
        uninterested
        not of interest
    """),
    W("decline", 2.5, r"""
        ^(hi \w+,? |hello,? |sorry,? |thanks,? (but )?|um,? )?(no|nope|nah),? \
            ?(thanks?|thank you|thx|sorry|ty)( you)?
        ^(no|nope|nah|never|no way)([.!]|$)
        ^(nope|nah)
    """),
    W("decline", 3, r"""
        (we'll|i'll|we will|i will|going to|'re gonna|have to|must|hard|to|gonna|i|we\
            |respectfully|politely) (have to |need to |respectfully |politely \
            |kindly )?(pass(?!ed|es|ing)(?! (it|this|that|your|you|on your|along))|decline\
            |say no)
        (i'd|we'd|would) rather not
        hard pass
        turn (this|it|you|your offer) down
        no from (us|me)
    """),
    W("decline", 2.5, r"""
        (not|isn't|isnt|\w+n't|never) (really |quite |at all |exactly |a |an |the \
            |something |anything |much |very )*(for (us|me)([.,!;]|$)\
            |(good |right |great )?(fit|match)|relevant|suitable|something (we|i)|we would|we'd\
            |i would|right for|our thing|what (we|i)('re| are| am|'m)? (need|want|looking)\
            |looking (for|to)|of use)
        (not|\w+n't|never|against|decided not|won't be|will not be|chosen not) \
            (to )?(be )?(mov(e|ing) forward|go(ing)? ahead|proceed(ing)?|pursu(e|ing)\
            |tak(e|ing) (this|it) (any )?further|go(ing)? with|continu(e|ing))
        decided against
        (don't|do not|dont|no need to|please no) (follow|keep following) up
        waste (of|my|our|your) (\w+ )?(time|breath)
        (would|will|won't|'d) (never|not|ever) (consider|buy|use|recommend|work with)
        (absolutely|certainly|definitely|hell|god) no(t)?([.! ]|$)
        good luck( with| to you| elsewhere|[.!]|$)
    """),
    W("decline", 1.5, r"""
        (don't|do not|dont) (\w+ )?want (this|that|it|any|your)
        (we're|we are|i'm|i am) (all set|good|fine)( thanks| thank you| here|,|\.|$)
        all set
    """),
    W("decline", 2.5, r"""
        (don't|do not|never|dont) (respond|reply|answer|react)( to)? \
            (\w+ )?(cold|unsolicited|sales|such|these|marketing|spam)
        ^please (don't|do not)(?=[.!]|$)
        (not|isn't) (really )?(our|my) (cup of tea|thing|style)
        never in a (million|thousand|hundred)|over my dead body
        (answer|reply|verdict|response) (is|was|remains) (a )?(firm |clear |flat )?no(?!\w)
        (won't|not|never) (be )?(tak(e|ing)) (this|it) (any )?further
        no use for (any|it|this|your|that|these)
    """),
    W("hostile", 2.5, r"""
        worst (\w+ )?(pitch|mail|e-?mail|message|offer|sales \w+)
        take (a|the) hint|you people|(is|are) (a )?jokes?(?=[.!]|$)
    """),
    W("decline", 2.5, r"""
        (doesn't|does not|don't|do not|didn't) (\w+ )?(appeal|convince|interest|grab) (to )?(us|me)
        (not|never) (buy|purchase|order) from (cold|people|strangers|callers|spam)
        only (deal|work|do business) with (people|firms|companies|those) (we|i) know
    """),
    W("hostile", 3, r"""
        (this|that|it)('s| is)? (\w+ )?(spam|scam)
        spamm(er|ing)
        nonsense
        idiots?
        stupid
        (how )?dare you
        f+u+c+k\w*
        (bull)?shit\w*
        harass(ment|ing)?
        annoy(ing|ed)
        terrible
        disgust\w*
        rubbish
        go away
        shame on
        get lost
        morons?
        pathetic
        fed up
        sick (and tired )?of
        unprofessional
        crooks?
        scam(mers?)?(?=[.! ]|$)
    """),
    W("legal", 3.5, r"""
        (my|our|the|a) (\w+ )?(lawyers?|attorneys?|solicitors?)
        legal (action|steps|proceedings|consequences|department will)
        (will|going to|'ll) sue
        sue you
        (violat\w+|breach\w*|break\w*|against|infring\w+|illegal under|under) \
            (of )?(the )?(gdpr|law|can-?spam|privacy|data protection|spam act|tcpa|ccpa)
        (report\w*|complain\w*|refer\w*)( \w+){0,6} \
            (data protection|authority|authorities|ico|ftc|acma|regulator|police|ombudsman)
        (file|filing|lodge|lodging|make|submit) (a |an )?(\w+ )?complaint
        cease and desist
        (is|are|it's|that's|this is) (\w+ )?(illegal|unlawful|against the law)
        (see you|take you|meet you) (in|to) court
        lawsuit
    """),
    W("customer", 3, r"""
        (already|am|are|been|existing|long-?time|'re|'m|still)( \w+){0,3} \
            (an? )?(customers?|clients?|subscribers?|users?|members?)( of yours| of| with you\
            | at| since| for|[.,!]|$)
        (already|currently) (use|using|have|pay for|subscribe to|on) \
            (your|an account|this (product|service))
        (have|has) (had )?(an|our) account with you
        my account (is|number)
    """),
    W("customer", 2.5, r"""
        (bought|ordered|purchased|signed up for) (your|one of your|it from you|from you)
        (paying|existing|current) (customers?|clients?)
    """),
    W("question", 2, r"""
        ^(hi,? |hello,? |sorry,? |and |but |so )?(who (is|are|am|was|gave)\
            |where (did|do|are|is)|how (did|do) you (get|find|know|come|obtain|have)\
            |what (company|is this|'s this|are you|do you (do|sell|want)|exactly|firm|list)\
            |what's this|which (company|of|shop|one)|did (you|we)|is this|are you|do i know\
            |have we|why (are|do|did|am))
        (explain|clarify) what
        not (sure|certain) (i|what|we) (\w+ )?(understand|follow|mean)?
        (real person|robot|bot|automated)
        ^\?+$
        don't (quite )?(understand|follow)
    """),
    W("thanks", 1, r"""
        (thanks|thank you|thx|much appreciated|appreciate (it|the|your|you))
    """),
    W("noted", 2.5, r"""
        (^|thanks,? |ok,? |well |have |has |been )(received|got it|noted|understood)
        (will|'ll|let me|going to|i|we) (\w+ )?(take a look|have a look\
            |look (at|into|over|through)|read|review|think (about|it)|consider|mull|discuss\
            |get back to you|let you know|come back to you|pass (it|this|that) (on|along)\
            |forward (it|this))(?! (next (year|quarter)\
            |in (the )?(spring|summer|autumn|fall|winter|future)))
        (have |'ve |has )?(forwarded|passed)( \w+){0,4} (to|on|along)
        (see|find|please find)( the)? attached
        (link|attachment|image|video|page)( \w+){0,4} (does not|doesn't|not|\w+n't|broken) \
            ?(work|open|load)?
        we (have |'ve )?(closed|sold|shut)( \w+){0,3} \
            (restaurant|shop|store|business|company|practice|last|down)
    """),
    W("absence", 3, r"""
        (i'm|i am|we're|we are|currently) (off|away|out|on holiday) \
            (until|till|from|through|this week)
        reached me (on|while|during|when) (\w+ )?(holiday|vacation|leave|away|off|travel\w*)
        (answer|read|reply|respond)( \w+){0,4} (after|when|once|upon) \
            (\d|my return|i (am|get|return)|the \d|(january|february|march|april|may|june|july\
            |august|september|october|november|december))
        ^(i'm |i am |we're |we are )?back (on|in the office on|from|at work) (the )?(\w+ )?\d
    """),
    W("absence", 4, r"""
        (am|be|is|i'm|currently|are) (currently |now |away and \
            |presently )*(out of (the )?office|on (\w+ )?leave|on (\w+ )?(vacation|holidays?)\
            |away (from|until|till|on|this|for)|travell?ing|on sabbatical|ooo)
        out of (the )?office
        auto(matic|mated)?[ -]?(reply|response)
        (limited|no|without|intermittent|sporadic) access to (my )?e-?mails?
        office(s)? (is|are|will be) closed
        (will |'ll )?(be back|return(ing)?|reopen)( \w+){0,3} \
            (on|in|after|the|monday|tuesday|wednesday|thursday|friday|\d)
        (on|upon|after) my return
        when i (am|get|'m) back
        (parental|maternity|paternity|annual|sick|medical) leave
    """),
    W("absence", 3, r"""
        at (a|the) (conference|trade (show|fair)|training|fair|off-?site)
        (see|read|check|checking|reading) (my )?(e-?)?mails? \
            (only )?(sporadically|occasionally|rarely|intermittently)
        closed (for|over|during|from) (our |the |a )?(summer|winter|annual|holidays?\
            |christmas|easter|new year|break|\d)
    """),
    W("bounce", 4, r"""
        (delivery|message|mail|e-?mail)( \w+){0,4} \
            (has failed|failed|failure|could ?n[o']t be delivered|couldn't be delivered\
            |not be delivered|wasn't delivered|was not delivered|not delivered|undeliverable\
            |returned to sender)
        undeliver(able|ed)
        delivery (status notification|has failed|incomplete|failed|failure)
        (mailbox|inbox)( \w+){0,3} (is full|full|unavailable|disabled|not found|does not exist)
        this is the mail system
        (user|recipient|account|address|mailbox)( \w+){0,6} \
            (unknown|does not exist|doesn't exist|couldn't be found|could not be found\
            |not found|rejected)
        5[0-9]{2}[ -]5\.\d\.\d{1,2}
        mailer-daemon
        returned mail
    """),
)  # fmt: skip
