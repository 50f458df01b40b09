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
        r"talk|speak|chat|meet|call|connect|catch up|discuss|zoom|skype|video call|sync|"
        r"jump on|hop on|get together|come by|stop by|drop by|swing by|visit|coffee|"
        r"have a (quick |short |brief )?(call|chat|meeting|look)"
    ),
    "later": (
        r"later|(in )?(\w+ )?(weeks?|months?|quarters?|years?)|next (week|month|quarter|"
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
    W("agreement", 2.5, r"""
        ^(hi \w+,? |hello,? |hey,? |oh |well,? )?(yes|yep|yeah|yup|sure|absolutely\
            |definitely|of course|certainly|ok(ay)?|please do|why not|by all means|go ahead\
            |gladly|with pleasure)( please| pls| thanks| thank you| sure| absolutely\
            | definitely)*(?=[.,!;]| ?$| i | we | that| let| go | send| please| sounds\
            | that's)(?! but)
    """),
    W("agreement", 1.5, r"""
        (that|it|this|which|\w+day|tomorrow|time|\d) \
            (works|suits|is fine|would work|would be (great|good|fine|perfect|helpful\
            |very helpful|appreciated)|is good|is perfect)( for)?( me| us)?
        (suits|works for|good for|fine (with|by)) (me|us)
    """),
    W("meeting", 2.5, r"""
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
            |kindly )?(pass(?! (it|this|that|your|you|on your|along))|decline|say no)
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
        (report|complain|complaint|refer\w*)(\w+ )?( \w+){0,6} \
            (data protection|authority|authorities|ico|ftc|acma|regulator|police|ombudsman)
        (file|filing|lodge|lodging|make|submit) (a |an )?(\w+ )?complaint
        cease and desist
        (is|are|it's|that's|this is) (\w+ )?(illegal|unlawful|against the law)
        (see you|take you|meet you) (in|to) court
        lawsuit
    """),
    W("timing", 3, r"""
        (not|\w+n't|never|no|isn't|aren't)( \w+){0,6} \
            (right now|at the moment|at this (time|point|stage)|at present|for now|currently\
            |just now|just yet|this (year|quarter|month|season))
        ^(maybe |perhaps )?not (now|yet|today|right now|at the moment|just yet|this time)
        (too )?busy (right now|at (the moment|present|this time)|currently)
        (currently|presently|right now|at the moment)(,)? \
            (\w+ ){0,3}?(on hold|too busy|busy|swamped|overloaded|not|paused|frozen)
        (check (back|in)|reach out|contact (me|us)|write( to)?( me| us)?|try( me| us)?\
            |ask( me| us)?|touch base|get back( to)?( me| us)?|circle back|revisit( this| it)?\
            |follow up|ping (me|us)|come back( to)?( me| us| you)?\
            |let's (talk|speak|look at (this|it)|pick this up|reconnect)|remind (me|us)\
            |look at (this|it)|e-?mail (me|us)|reconnect|pick (this|it) up\
            |call (me|us)( back)?)( again| back| with (me|us)| in touch| about (this|it)\
            | to (me|us|you|this)| please)*( \w+){0,2}? {later}
    """),
    W("timing", 2.5, r"""
        ^(maybe|perhaps|possibly|probably|more like|we could)?,? \
            ?(next (year|quarter|month|spring|summer|autumn|fall|winter|season)|later\
            |another time|some other time|some day|someday|in (the )?(future|\w+ months?))
        (won't|not|can't|cannot|don't|unable)( \w+){0,6} (before|until|till) (\w+)
        (swamped|busy|slammed|snowed under|tied up|flat out|closed|locked in(to)?|committed\
            |booked|on hold|no time|no capacity)( \w+){0,4} \
            (until|till|for the next|before|through)
        (too|so|very|really|super|extremely|just) busy
        swamped
        slammed
        snowed under
        (no|don't have|lack|not have|have no|haven't got|without)( the| any| much)? \
            (time|bandwidth|capacity)(?! (to lose|like))
        bad (time|timing)
        (timing|time) (is|isn't|is not|was) (bad|off|wrong|right|great|not right|not great\
            |terrible)
        (not|isn't|\w+n't)( \w+){0,3} (priority|priorities|good time|great time|right time\
            |best time)
        too (early|soon)
        (put|is|are|everything|currently|it|projects?)( \w+){0,3} on (hold|ice)
        low on (our|my) list
        locked in(to)?( \w+){0,3} (contract|agreement)
        (in the )?middle of (a|an|our|the|moving|renovat\w+|migrat\w+)(?! \w+ town)
    """),
    W("budget", 3, r"""
        (no|not|\w+n't|don't have|without|zero|out of|limited|tight|small|over|exceeds?\
            |beyond|above|cut|cuts to|frozen|spent|used up|isn't in|not in|lack)( \w+){0,4} \
            (budgets?|funds|funding|money|cash)
        budgets?( \w+){0,3} (is|are|was|were|has been|have been|got)( \w+){0,2} \
            (spent|gone|frozen|tight|cut|used|exhausted|small|limited|allocated|closed)
        (can't|cannot|can not|couldn't|could not|not|\w+n't|unable to|hard to) (\w+ )?afford
        (too|very|so|quite|rather|pretty|bit|little|way too|is|looks|seems|more|that's) \
            (expensive|pricey|costly|steep|dear|high for us)
        overpriced
        (price|cost|costs|prices|fee|fees|quote)( \w+){0,3} \
            (is|are|seems?|looks?|was)( \w+){0,4} (high|above|too|much|beyond|more than|out of\
            |over|steep)
        (lot|much|need it|something|way|bit) cheaper
        (money|cash|budgets?|things) (is|are) (\w+ )?tight
        (spending|spend|expenses)( \w+){0,3} (frozen|freeze|cut|stopped|halted)
        spending freeze
        (within|beyond|outside|above) our (means|budget|price range)
        (out of|outside) (our|my) (price range|budget|league)
        (see|justify)( \w+){0,3} (the roi|the cost|the price|the expense|that price)
        more than we (can|could|want|are)
        (way |far )?too much (money|for)
    """),
    W("authority", 3, r"""
        (not|\w+n't|no|never|nor)( \w+){0,4} (decision(s)?([ -]maker)?\
            |make (the|these|those|that|such) (\w+ )?(decision|call)s?|decide|authority\
            |authori[sz]ed|final say|say in (it|this|that)|my (decision|call|department))
        (up to|ask|check with|run (this|it|that) (by|past)|speak (to|with)|talk (to|with)\
            |consult|discuss (this|it) with|clear (this|it) with|approval from|approved by\
            |get (the )?(ok|okay|approval|sign-?off) from)( \w+){0,6}? \
            (boss|owners?|manager|management|board|partners?|director|ceo|cfo|cto|husband|wife\
            |supervisor|head office|headquarters|committee|team lead|superiors?|procurement\
            |landlord|franchis\w+)
        (boss|owners?|manager|management|board|director|ceo|head office|headquarters|hq\
            |corporate|committee|procurement|purchasing|parent company|head of \w+)( \w+){0,4} \
            (decides?|makes? (the|these|those|all|such)|has to approve|have to approve\
            |needs? to approve|must approve|would (have|need) to approve\
            |handles? (this|that|these|it|all)|takes? care of)
        handled by (our|the|another)
        above my pay ?grade
        have no say
        not up to me
    """),
    W("wrong_person", 3, r"""
        (not|\w+n't|isn't|aren't|hardly)( \w+){0,3} \
            (right|correct|best|appropriate|proper) (person|contact|one|department|address\
            |recipient)
        wrong (person|guy|man|woman|address|department|number|contact|one|team|recipient\
            |company|place|door)
        (don't|do not|not|\w+n't) (\w+ )?(handle|handling|deal with|dealing with\
            |responsible for|in charge of|involved (in|with)|work (in|on) (this|that))
        not my (department|area|field|responsibility|job)
        (isn't|not) (my|in my) (area|department|remit)
    """),
    W("referral", 3, r"""
        (please |pls |kindly |better |best |should |would need to |need to |can |could \
            |must |have to |instead |rather |just |to |want to )(\w+ ){0,2}?(contact\
            |write( to)?|e-?mail|reach out to|reach|speak (to|with)|talk to|get in touch with\
            |ask( for)?|address( this| it)? to|try|send (this|it|that|your \w+) to\
            |direct (this|it|your \w+) to|message|approach|connect with|turn to)( my| our| the\
            | with| to)? (?!me[ .,]|us[ .,]|you )(\w+ ){0,6}?({mail}|colleague|manager\
            |department|dept|team|head|director|office|owner|assistant|partner|boss|instead\
            |who (handles|is|looks|deals|runs))
        (best|right|correct|appropriate|relevant) \
            (person|contact|address|place)( \w+){0,6} (is|would be)
        (loop(ing|ed)?|cc('d|ing|ed)?|copied|copying|adding|added)( in)? \
            (my |our )?(\w+ ){0,4}?(who|colleague|{mail})
        {mail} (instead|handles|is (the|responsible|in charge)|looks after|deals with|takes care)
        (handles|looks after|in charge of|responsible for|takes care of\
            |deals with)( \w+){0,4},? (at |her |his |their |via |under |reach )?(e-?mail \
            |address )?(is |at |on )?{mail}
    """),
    W("gone", 3, r"""
        (no longer|not|doesn't|does not|isn't|\w+n't) \
            (\w+ )?(works?|working|employed|with|at|part of)( \
            (here|us|the company|this company|the firm|the organi[sz]ation|our \w+|for us\
            |\w+))?( any ?more)?(?=[.,;!]|$| and| as| since| please)
        (has |have )?(left|retired from|departed|moved on from|quit) (the|our|this|us) \
            ?(company|firm|business|organi[sz]ation|team|role|position|practice|school|shop)?
        (has|have|is) (retired|passed away|moved on)
    """),
    W("need", 3, r"""
        (not|\w+n't|no|never|dont|without any|isn't|aren't)( \w+){0,3} \
            need(ed|s|ing)?(?! (to (ask|check|run|talk|speak|discuss)|more (info|time|details)))
        no need
        (do|does|did|doing|handle|handles|manage|handled|done|built|build|got|have|has|keep\
            |run|made|develop\w*|it|this|that)( \w+){0,5}? \
            (in-?house|in house|internally|ourselves|myself|our ?selves|our own \w+)
        (have|got|have got|we've got|i've got|it's|is|all|pretty well|already) \
            (this |that |it |all |everything |well )*covered
        (website|site|system|setup|solution|everything|it|process|things|\w+)( \w+){0,2} \
            (works?|working|is|are) (just |perfectly |absolutely |already )?(fine|well|good\
            |great|ok)( as (it is|is|they are)| already| for us| thanks|,|[.]|$)
        word of mouth
        (not|\w+n't|can't|fail to|struggle to|hard to) see \
            (how|why|what|the (point|need|value|benefit))
        (happy|satisfied|content|fine|pleased|comfortable) with \
            (how|what|our (?!new partner)|the (way|current|present)|things)
        no (\w+ )?(required|necessary)
        no use for
        (don't|do not|doesn't) (\w+ )?(take|use|do|have|sell|offer|run|plan)( any)? \
            (online|bookings?|ads|advertising|marketing|e-?mail|social|website|staff\
            |reservations|to)
        (problem|issue) (does not|doesn't) (exist|apply)
        more work than we can
        enough (work|customers|clients|business|leads)
        fully booked
    """),
    W("competitor", 3, r"""
        (already|currently|long|happily|exclusively)( \w+){0,4}? \
            (work(ing)? with|have|use|using|got|with|partner(ed)? with|signed|contracted\
            |served by|engaged|subscribe to|employ|buy from)( \
            (a|an|another|our|the|some|someone|somebody|one|such|with))*( \w+){0,2}? \
            (agency|supplier|provider|vendor|partner|company|firm|solution|tool|system|product\
            |platform|software|service|guy|person|consultant|freelancer|contractor|competitor\
            |else|one|developer|team|dealer|distributor)
        (work(ing)? with|use|using|went with|gone with|chose|chosen|picked|signed with\
            |signed up with|going with|hired|decided (on|for)|with) \
            (a |an |one of |your )?(another|competitors?|someone else|somebody else|different\
            |other)( \w+){0,2}
        (our|the|my) (current|existing|present|regular|own|usual) \
            (\w+ )?(agency|supplier|provider|vendor|partner|company|firm|guy|solution|tool\
            |system|consultant|contractor)( \w+){0,3} \
            (does|do|is|are|handles?|takes|covers|has|works|offers|provides)
        renewed (with|our)
        (won't|not|never|no (reason|plans|plan|intention) to) \
            (\w+ )?(switch|chang(e|ing) (suppliers?|providers?|vendors?|agenc(y|ies)))
        (how|what)( \w+){0,4} (different|differ|better|compare)s?( \w+){0,2} (from|to|than|with)
        (my|our|the owner's) (cousin|nephew|niece|brother|sister|son|daughter|friend\
            |neighbou?r|brother-in-law|uncle)( \w+){0,2} \
            (does|do|is|handles|takes|makes|runs|builds)
        competitors? of yours
        your competitor
        same (partner|supplier|provider|agency|vendor)
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
