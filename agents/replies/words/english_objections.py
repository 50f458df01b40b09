"""English: why people say no for now, and to whom they send us. Data for `cues.py`."""

from agents.replies.wordings import Wordings as W

OBJECTIONS = (
    W("timing", 2.5, r"""
        (peak|high|busy|silly) season (here|now|at|for|right)
        (when|once|after|until) (the|our|that|this) (\w+ ){1,3}(is|are|has|have) \
            (running|done|through|over|finished|open|live|ready|behind)
        pick (it|this|that) up (in|after|again|next|when)
        not before (the|our|we|i|my|\w+ (is|are))
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
    W("timing", 2.5, r"""
        (next|coming) (year|quarter|season|month)('s| budget| plan\w*)
        give (us|me|it) (a |an |half a |another |some |\w+ )?(years?|months?|weeks?|time|while)
        (only |just |only just )(opened|started|moved|launched|begun|taken over)
        (can|could) (this|it|that) wait
        mid[- ](renovation|move|migration|season|project|launch)
        (year|quarter|month)[- ]end(?! review)
        (not|isn't|isnt|hardly) (\w+ ){0,4}?(moment|time) for (us|me|this|that)
        (after|once|when) (\w+ ){0,3}?(is|are) (over|done|finished|behind us|settled)
    """),
    W("budget", 2.5, r"""
        (competitors?|others|somebody else|someone else|another \w+) \
            (charges?|asks?|offers?|does|do)( \w+){0,4} (half|less|cheaper|a third)
        (justify|defend|explain) (the|that|this|such) (cost|price|expense|spend)
        (numbers|figures|sums|maths?|economics) (don't|do not|doesn't|won't) (work|add up|stack up)
        if it (was|were) free|nice[- ]to[- ]have
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
    W("budget", 2.5, r"""
        more than (we|i) (pay|spend|make|earn|charge|take)
        (cut|cutting|slashed|frozen|froze|stopped) \
            (all |our |every )*(costs?|spending|expenses|budgets?)
        out of reach|(watch|watching|count|counting) (every|our|the) \
            (penny|pennies|cents?|dollars?|costs?)
        (without|no|any) (\w+ )?(marketing|advertising) (money|budget|funds)
        (anything|something|one) cheaper|cheaper (option|version|plan|package)
        (times|things) are (hard|tough|tight)
    """),
    W("authority", 2.5, r"""
        (need|get|require|want|wait for) (\w+ )?(sign-?off|approval\
            |the (ok|okay|go-ahead|green light)|permission|consent) (from|of|by)
        (managed|handled|decided|run|organi[sz]ed|done|dealt with) \
            (centrally|at group level|by (head office|headquarters|corporate|the group\
            |our parent))
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
    W("authority", 2.5, r"""
        (have to|need to|must|would have to|should|better) \
            (convince|ask|persuade|consult|involve) (my|our|the) \w+
        (goes|go|passes|pass|has to go|have to go|run) through (our|the|my|head)
        decisions? (\w+ ){0,3}?(is|are|gets|get) (made|taken) (in|by|at|elsewhere|centrally)
        (partner|wife|husband|boss|manager|brother|sister) \
            (runs|handles|does|looks after|takes care of|decides)
    """),
    W("wrong_person", 2.5, r"""
        (i|i only|i just) (look after|do|handle|run|work in|am in) the \w+, not (the )?\w+
    """),
    W("wrong_person", 3, r"""
        wrong one to ask|only answer the (phones?|door)|just answer the (phones?|door)
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
    W("referral", 2.5, r"""
        (try|ask|use|contact|mail|e-?mail)(:)? {mail}
        (handles|runs|looks after|deals with|does|oversees)( \w+){0,5}[,:;-]+ ?(\w+ ){0,2}?{mail}
        (our|the) [\w ]{3,40}: ?{mail}
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
        no longer (\w+ )?(works?|working|employed|with|at|part of|here)
        (not|doesn't|does not|isn't|\w+n't) (\w+ )?(works?|working|employed\
            |part of)( (here|for us|at this \w+|with us|the team))( any ?more)?
        (not|isn't|\w+n't) (\w+ )?(with us|at (the|this|our) \w+|here) any ?more
        (has |have )?(left|retired from|departed|moved on from|quit) (the|our|this|us) \
            ?(company|firm|business|organi[sz]ation|team|role|position|practice|school|shop)?
        (has|have|is) (retired|passed away|moved on)
    """),
    W("gone", 2.5, r"""
        (mr|mrs|ms|miss|dr|he|she|they|\w+) (has |have )?(retired|passed away|moved on|resigned)
    """),
    W("need", 2.5, r"""
        (does|do|doing) the (job|trick)|(get|have|got) (five|5) stars\
            |nothing to (improve|optimi[sz]e|fix|change)
        (works|run|runs|going|doing) (well|fine|great) (without|already|as (it|things) (is|are))
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
    W("need", 2.5, r"""
        nobody (here |ever )?(books|uses|needs|does|asks|wants)
        (people|customers|guests|they) (just |simply |only )?(walk|drop|come) in
        last thing (we|i) need
        (have|got) our own (team|people|staff|guy|person|developer|department|agency)
        (booked|sold|full) (solid|out|up) (for|until)
        (fail|failing|struggle) to see
    """),
    W("competitor", 2.5, r"""
        (guy|woman|person|lady|man|agency|firm|company|freelancer) \
            (already )?(takes|is taking|took) care of
        (just|already|recently) (rolled out|introduced|bought|implemented|set up\
            |installed) (something|a|an|another|our)
        under contract with|tied to (a|another|our) \w+
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
    W("competitor", 2.5, r"""
        (we're|we are|i'm|i am) (already )?with (?!you|me|them|us|this|that|it|a client\
            |customers|clients|the team|my)\w+( and| for| since| until| now|,|\.|$)
        (somebody|someone|people) from (another|a different)
        (our|your) present (supplier|provider|agency|vendor)
        (chose|picked|took|selected|preferred|settled on) \
            (one of |another|someone|a different|the other)
        (built|made|set up|coded|wrote) (us|me) (a|our|the) \
            (\w+ )?(system|site|website|tool|app|solution)
    """),
)  # fmt: skip
