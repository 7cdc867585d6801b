"""The commentary on the five texts: each claim a function of a study.

The name of a function is that of its claim. Its body asserts what makes the claim true, and it
returns the sentence and the evidence that it rests on: quotations, facts, names and passages, as
`clusterlib.claims` finds them. `SECTIONS`, at the end, is the order in which they are read.
"""

from clusterlib.claims import (
    Statement,
    ahead,
    coded,
    counted,
    day,
    fact,
    gap,
    listed,
    named,
    nearest,
    number,
    quote,
    texts,
)
from clusterlib.compare.study import Study
from clusterlib.facts import dated

# Nouvelle-Aquitaine: Cluster Énergie et Stockage


def fr_founders(s: Study) -> Statement:
    actors = named(s, "fr", actor=["region-nouvelle-aquitaine", "ademe", "cea"])
    assert set(named(s, "fr", type=["public authority", "agency"])["actor"]) == {
        "region-nouvelle-aquitaine",
        "ademe",
    }
    return (
        f"The cluster begins with a partnership of {number(len(actors))} signatories: the "
        "Nouvelle-Aquitaine region, the environment agency Ademe and the research body CEA.",
        quote(s, "fr", "ont signé un partenariat pour la création du cluster"),
    )


def fr_crucial(s: Study) -> Statement:
    storage = coded(s, "fr", "storage")
    assert len(storage) >= 3
    return (
        "Storage is what it is for: it is called the crucial point, and "
        f"{counted(s, 'fr', 'storage')} are coded with it.",
        [quote(s, "fr", "Le point crucial pour avancer est le stockage"), storage],
    )


def fr_chain(s: Study) -> Statement:
    assert len(coded(s, "fr", "energy-infrastructure")) >= 1
    return (
        "The idea is to organise all players of the sector, from grids to energy production and "
        "storage.",
        quote(s, "fr", "structurer tous les acteurs de la filière"),
    )


def fr_research(s: Study) -> Statement:
    assert set(named(s, helix="academia")["doc"]) == {"fr"}
    return (
        "It sets itself apart from existing energy clusters by what it defends: investment, "
        "business creation and research; and it means to open research and companies to each "
        "other.",
        quote(s, "fr", "défendre les investissements", "décloisonner la recherche"),
    )


def fr_companies(s: Study) -> Statement:
    companies = fact(s, "fr", "quantity")
    assert companies.approximate and named(s, "fr", type="firm").empty
    return (
        f"Nearly {number(companies.value)} companies of the region are counted as active in the "
        "field; the text names none of them.",
        fact(s, "fr", "quantity", unit_english="companies"),
    )


def fr_region(s: Study) -> Statement:
    assert "nouvelle-aquitaine" in s.words("fr")
    return (
        "More is expected of it than energy: attractiveness for the region, and a capacity to "
        "produce.",
        quote(s, "fr", "un facteur d’attractivité", "développer une capacité de production"),
    )


def fr_voices(s: Study) -> Statement:
    persons = named(s, "fr", type="person")
    assert set(persons["helix"]) == {"government", "academia"}
    return (
        f"{number(len(persons)).capitalize()} leaders speak: {listed(persons['english'])}. None "
        "of them is from a company.",
        persons,
    )


def fr_together(s: Study) -> Statement:
    assert len(coded(s, "fr", "cooperation")) >= 1
    return (
        "The method is as much part of the message as the subject: co-constructed, collective, "
        "cooperative; faster and further together.",
        quote(s, "fr", "co-construite, collective", "plus vite et plus loin ensemble"),
    )


def fr_urgency(s: Study) -> Statement:
    assert set(s.present("de", "nb")) <= set(ahead(s, "urgency", "fr"))
    return (
        f"The tone is urgent: {counted(s, 'fr', 'urgency')} are coded as pressing for action, "
        f"more than in {texts(s, s.present('de', 'nb'))}.",
        [
            quote(s, "fr", "Les enjeux industriels se jouent maintenant"),
            coded(s, "fr", "urgency"),
            nearest(s, s.present("de", "nb"), "urgency"),
        ],
    )


def fr_undated(s: Study) -> Statement:
    assert set(s.facts.query("doc == 'fr'")["kind"]) <= {"quantity", "money", "percentage"}
    return (
        "It reports a signing and gives no day for it: the running text holds no date at all.",
        quote(s, "fr", "le CEA ont signé un partenariat"),
    )


# Bulgaria: IKEM, the Cooperative Cluster and the Renewable Energy Sources Cluster


def bg_memorandum(s: Study) -> Statement:
    date = fact(s, "bg", "date")
    count = fact(s, "bg", "quantity")
    assert date.value == "2022-03-30" and int(count.value) == 3
    return (
        f"On {day(date.value)} {number(count.value)} clusters sign a memorandum of cooperation "
        "at the Bulgarian Industrial Association.",
        [date, quote(s, "bg", "се подписа тристранен меморандум за сътрудничество")],
    )


def bg_signatories(s: Study) -> Statement:
    actors = named(s, "bg", actor=["ikem", "cooperative-cluster", "renewables-cluster"])
    assert len(actors) == 3
    return (
        f"By name the signatories are {listed(actors['english'])}.",
        actors,
    )


def bg_two_fields(s: Study) -> Statement:
    electric_mobility = coded(s, "bg", "electric-mobility")
    renewables = coded(s, "bg", "renewables")
    assert {*electric_mobility["passage"]} < {*renewables["passage"]}
    return (
        "Of the three sectors of the memorandum, renewable energy is coded in "
        f"{counted(s, 'bg', 'renewables')} and electric mobility in "
        f"{number(len(electric_mobility))} of the same; the others speak of the signing, of "
        "business and of the country.",
        [quote(s, "bg", "в секторите - електрическа мобилност, възобновяеми"), renewables],
    )


def bg_cooperatives(s: Study) -> Statement:
    assert "cooperative-cluster" in set(named(s, "bg")["actor"])
    return (
        "The third is the cooperative movement: what the text calls energy cooperatives of a "
        "kind are to produce the green energy.",
        quote(s, "bg", "и кооперативното дело", "енергийни кооперативи ще произвеждат"),
    )


def bg_project(s: Study) -> Statement:
    assert len(coded(s, "bg", "project")) >= 1
    return (
        "A project is about to start: new solar parks, run through smart grids, some of them on "
        "sites of the cooperative cluster.",
        quote(s, "bg", "изграждане на нови соларни паркове", "на чиито терени ще бъдат"),
    )


def bg_purpose(s: Study) -> Statement:
    assert len(coded(s, "bg", "energy-infrastructure")) >= 1
    return (
        "The energy has a stated use: charging stations and networks for electric cars.",
        quote(s, "bg", "целево ще бъде използвана за зарядните станции и мрежи за електромобили"),
    )


def bg_tasks(s: Study) -> Statement:
    assert "ikem" in set(named(s, "bg")["actor"])
    return (
        "IKEM is to help develop charging infrastructure, the regulatory framework and an "
        "education model, and to set up a logistics and courier company that uses green energy "
        "only.",
        quote(s, "bg", "ИКЕМ ще подкрепи проекта", "логистична и куриерска компания"),
    )


def bg_business(s: Study) -> Statement:
    actors = named(s, "bg", helix=["industry", "intermediary"])
    assert named(s, "bg", helix=["government", "academia"]).empty
    return (
        f"In the running text only business acts: of {number(len(actors))} organisations and "
        "persons named, none is an authority or a research body.",
        actors,
    )


def bg_host(s: Study) -> Statement:
    assert "bsk" in set(named(s, "bg", type="industry body")["actor"])
    return (
        "The host lends its support as an employers' organisation: for new market niches and "
        "for innovation in business.",
        quote(s, "bg", "за създаване на нови пазарни ниши и внедряване на иновации в бизнеса"),
    )


def bg_firm(s: Study) -> Statement:
    firms = named(s, "bg", type="firm")
    assert len(firms) == 1
    return (
        f"One firm is named, the start-up {listed(firms['english'])}, which is to join the "
        "project.",
        quote(s, "bg", "Стартъп компанията BullCharge също ще се включи"),
    )


def bg_reach(s: Study) -> Statement:
    assert {"bulgaria", "balkans"} <= set(named(s, "bg", type="place")["actor"])
    return (
        "The reach is the country and beyond it the Balkan region.",
        quote(s, "bg", "в България и региона на балканите"),
    )


def bg_tone(s: Study) -> Statement:
    assert len(coded(s, "bg", "urgency")) >= 1
    return (
        "The text ends as an appeal: business may no longer be a passive observer, and society "
        "must not sleep through the new technologies.",
        quote(s, "bg", "вече няма право да бъде пасивен наблюдател", "не бива да проспива"),
    )


# Baden-Württemberg: Cluster Elektromobilität Süd-West


def de_delegation(s: Study) -> Statement:
    representatives = fact(s, "de", "quantity", unit_english="representatives")
    assert representatives.approximate
    return (
        f"The occasion is a visit: around {number(representatives.value)} representatives of "
        "French industry tour a battery fair in Stuttgart with the cluster.",
        quote(
            s,
            "de",
            "Unternehmensdelegation mit rund 25 Vertreterinnen und Vertretern "
            "der französischen Industrie",
        ),
    )


def de_fair(s: Study) -> Statement:
    period = fact(s, "de", "period", value="2023-05-23")
    members = fact(s, "de", "quantity", unit_english="members")
    assert members.hedge == "über"
    return (
        f"From {day(period.value)} to {day(period.value_end)} more than {number(members.value)} "
        "members exhibit at that fair, along the battery value chain.",
        [period, quote(s, "de", "über 30 Mitglieder", "entlang der Wertschöpfungskette Batterie")],
    )


def de_visits(s: Study) -> Statement:
    assert set(s.present("bg", "fr", "nb", "nl")) <= set(ahead(s, "event-visit", "de"))
    return (
        f"Fairs, tours and visits are its instrument: {counted(s, 'de', 'event-visit')}, more "
        f"than in any of the other {number(len(ahead(s, 'event-visit', 'de')))} texts.",
        [
            coded(s, "de", "event-visit"),
            nearest(s, s.present("bg", "fr", "nb", "nl"), "event-visit"),
        ],
    )


def de_networking(s: Study) -> Statement:
    assert set(s.present("fr", "nb", "nl")) <= set(ahead(s, "networking", "de"))
    return (
        f"Contact is the aim: {counted(s, 'de', 'networking')} are about networking and "
        f"exchange, more than in {texts(s, ahead(s, 'networking', 'de'))}.",
        [
            quote(s, "de", "bei einem Networking-Dinner vernetzen"),
            coded(s, "de", "networking"),
            nearest(s, s.present("fr", "nb", "nl"), "networking"),
        ],
    )


def de_field(s: Study) -> Statement:
    storage = coded(s, "de", "storage")
    assert len(storage) >= 5
    return (
        f"The field is batteries: {counted(s, 'de', 'storage')} are coded as storage, and the "
        "fair that brings people together is one of batteries.",
        [quote(s, "de", "Anlässlich der Battery Show Europe in Stuttgart"), storage],
    )


def de_firms(s: Study) -> Statement:
    firms = named(s, type="firm")
    assert firms.groupby("doc").size().drop("de").max() == 1
    return (
        f"{number(len(named(s, 'de', type='firm'))).capitalize()} member firms are named, from "
        "comemso to Manz; no other text names more than one.",
        firms,
    )


def de_hosts(s: Study) -> Statement:
    assert {"auvergne-rhone-alpes", "bw-i"} <= set(named(s, "de", helix="government")["actor"])
    return (
        "The cluster is host together with public partners: the Auvergne-Rhône-Alpes region and "
        "the agency Baden-Württemberg International.",
        quote(
            s,
            "de",
            "organisierte zusammen mit der Region Auvergne-Rhône-Alpes "
            "und Baden-Württemberg International",
        ),
    )


def de_location(s: Study) -> Statement:
    assert "bw-i" in set(named(s, "de", type="agency")["actor"])
    return (
        "The visit also advertises the place: the guests hear of Baden-Württemberg as a "
        "location and of support for those who think of settling there.",
        quote(s, "de", "Standort Baden-Württemberg", "bei Ansiedlungsinteresse"),
    )


def de_four_motors(s: Study) -> Statement:
    year = fact(s, "de", "year")
    month = fact(s, "de", "month")
    assert (year.value, month.value) == ("1988", "2023-04")
    return (
        f"The partnership is old: the Four Motors for Europe date from {year.value}, and "
        f"Baden-Württemberg took over their presidency in {day(month.value)}.",
        [year, quote(s, "de", "Im April 2023 hat Baden-Württemberg")],
    )


def de_partner(s: Study) -> Statement:
    assert "cara" in set(named(s, "de")["actor"])
    return (
        "The cluster has a long-standing contact in France, the network CARA.",
        quote(s, "de", "dem französischen Netzwerk CARA ein langjähriger Kontakt"),
    )


def de_projects(s: Study) -> Statement:
    period = fact(s, "de", "period", value="2017")
    projects = fact(s, "de", "quantity", unit_english="projects")
    assert {"allfratech", "emcc", "innotherms"} <= set(named(s, "de", type="programme")["actor"])
    return (
        f"It has led to joint work: the AllFraTech project from {period.value} to "
        f"{period.value_end}, and within it {number(projects.value)} research and development "
        "projects.",
        [period, projects, named(s, "de", actor=["emcc", "innotherms"])],
    )


def de_smes(s: Study) -> Statement:
    assert len(coded(s, "de", "companies")) >= 1
    return (
        "A main purpose of that cooperation was to support small and medium-sized companies in "
        "working across the border.",
        quote(
            s,
            "de",
            "gezielte Unterstützung von kleinen und mittleren Unternehmen "
            "in der grenzüberschreitenden Kooperation",
        ),
    )


def de_climate(s: Study) -> Statement:
    decarbonisation = coded(s, "de", "decarbonisation")
    assert len(decarbonisation) <= 2
    return (
        "Climate is a side note: lower emissions are one of three themes of the presidency, and "
        f"the code is given to {counted(s, 'de', 'decarbonisation')}.",
        [
            quote(s, "de", "wirtschaftliche Transformation, technologischer Wandel und die"),
            quote(s, "de", "Reduzierung der CO2-Emissionen"),
            decarbonisation,
        ],
    )


# The Netherlands: industrial clusters and their directors


def nl_appointment(s: Study) -> Statement:
    directors = fact(s, "nl", "quantity", quote="vijf zogenoemde clusterregisseurs")
    persons = named(s, "nl", type="person", helix="intermediary")
    assert len(persons) == 5
    return (
        f"A minister appoints {number(directors.value)} cluster directors; all of them are named.",
        [
            quote(
                s,
                "nl",
                "vijf zogenoemde clusterregisseurs vandaag benoemd door minister Micky Adriaansens",
            ),
            persons,
        ],
    )


def nl_regions(s: Study) -> Statement:
    regions = fact(s, "nl", "quantity", unit_english="regions")
    assert regions.value == "5"
    return (
        f"Industry is grouped in {number(regions.value)} regions; a sixth cluster, for food, "
        "ceramics, paper and other industries, is to get its director later.",
        [
            regions,
            fact(s, "nl", "quantity", unit_english="clusters"),
            quote(s, "nl", "Voor cluster zes (overige industrie", "op een later tijdstip ook"),
        ],
    )


def nl_scale(s: Study) -> Statement:
    assert len(coded(s, "nl", "decarbonisation")) >= 4
    return (
        "Working together by region brings economies of scale and shared infrastructure, and "
        "great opportunities to go green faster.",
        quote(
            s,
            "nl",
            "Naast schaalvoordelen en het kunnen delen van infrastructuur",
            "grote kansen om",
        ),
    )


def nl_target(s: Study) -> Statement:
    year = fact(s, "nl", "year")
    share = fact(s, "nl", "percentage")
    cut = fact(s, "nl", "quantity", unit="megaton")
    assert share.hedge == "ruim" and year.value == "2030"
    return (
        f"The minister gives figures: a cut of {number(cut.value)} megatonnes of CO2 by "
        f"{year.value} is in sight, more than {share.value} per cent of the target for the "
        "largest emitters.",
        [cut, year, share],
    )


def nl_task(s: Study) -> Statement:
    assert "micky-adriaansens" in set(named(s, "nl", type="person")["actor"])
    return (
        "The directors steer the progress of projects and help to solve bottlenecks, for "
        "example between companies, authorities and grid operators; the minister calls them "
        "bridge builders.",
        quote(s, "nl", "het oplossen van knelpunten", "bruggenbouwers tussen alle"),
    )


def nl_hague(s: Study) -> Statement:
    assert "den-haag" in set(named(s, "nl", type="place")["actor"])
    return (
        "They also link the clusters with the national government: they stand between The Hague "
        "and the cluster.",
        quote(s, "nl", "maar ook tussen Den Haag en het cluster"),
    )


def nl_grid(s: Study) -> Statement:
    energy_infrastructure = coded(s, "nl", "energy-infrastructure")
    assert len(energy_infrastructure) >= 3
    return (
        "The example given is bottlenecks around investment in energy infrastructure: "
        f"{counted(s, 'nl', 'energy-infrastructure')} are coded with it.",
        [
            quote(s, "nl", "rondom investeringen in de energie-infrastructuur"),
            energy_infrastructure,
        ],
    )


def nl_strategies(s: Study) -> Statement:
    quarter = fact(s, "nl", "quarter")
    assert quarter.value == "2024-Q2"
    return (
        f"The means are plans: in {day(quarter.value)} each cluster again delivers an energy "
        "strategy, which maps what infrastructure the plans of its companies need.",
        [
            quarter,
            quote(
                s,
                "nl",
                "plannen van de industriële bedrijven",
                "de noodzaak van energie-infrastructuur",
            ),
        ],
    )


def nl_data(s: Study) -> Statement:
    assert "data-safe-house" in set(named(s, "nl", type="programme")["actor"])
    return (
        "Data are an instrument of their own: for the first time a national Data Safe House is "
        "used, so that decisions become more efficient.",
        quote(
            s, "nl", "Voor het eerst maken zij gebruik van een zogenoemd landelijk Data Safe House"
        ),
    )


def nl_whole(s: Study) -> Statement:
    assert len(coded(s, "nl", "decarbonisation")) >= 4
    return (
        "The ambition is for the whole of industry, from grey to green, and not only for the "
        "firms with tailor-made agreements.",
        quote(s, "nl", "niet alleen voor de maatwerkbedrijven", "van grijs naar groen"),
    )


def nl_public_private(s: Study) -> Statement:
    clusters = fact(s, "nl", "quantity", unit_english="clusters")
    assert "programme-greening-industry" in set(named(s, "nl")["actor"])
    return (
        "Greening is framed as a task of public and private parties together, to which a "
        f"national programme gives shape in {number(clusters.value)} clusters.",
        [
            quote(
                s,
                "nl",
                "Een intensievere samenwerking tussen publieke en private partijen is essentieel",
            ),
            clusters,
        ],
    )


# Telemark: Industrial Green Tech


def nb_status(s: Study) -> Statement:
    assert {"arena", "norwegian-innovation-clusters"} <= set(
        named(s, "nb", type="programme")["actor"]
    )
    return (
        "After several years of work the cluster gains Arena status and so becomes part of a "
        "national programme, Norwegian Innovation Clusters.",
        quote(
            s,
            "nb",
            "har klyngen nå sikret seg ARENA-status",
            "endel av Norwegian Innovation Clusters",
        ),
    )


def nb_ambition(s: Study) -> Statement:
    leadership = coded(s, "nb", "leadership")
    assert len(leadership) >= 4
    return (
        "The goal is to be the first climate-positive industrial region of the world: "
        f"{counted(s, 'nb', 'leadership')} claim a lead or aim for one.",
        [
            quote(s, "nb", "bidra til at Grenland i Telemark blir verdens første klimapositive"),
            leadership,
        ],
    )


def nb_levels(s: Study) -> Statement:
    levels = fact(s, "nb", "quantity")
    agencies = named(s, "nb", type="agency")
    assert int(levels.value) == 3 == len(agencies)
    return (
        f"Arena is one of {number(levels.value)} levels of the programme, which "
        f"{number(len(agencies))} public bodies own: Innovation Norway, Siva and the Research "
        "Council.",
        [levels, agencies],
    )


def nb_money(s: Study) -> Statement:
    year = fact(s, "nb", "year")
    money = fact(s, "nb", "money")
    authorities = named(s, "nb", type="public authority")
    assert money.hedge == "ca" and len(authorities) == 2
    return (
        f"Two ministries paid about {number(money.value)} kroner for that programme in "
        f"{year.value}; what reached this cluster is not said.",
        [money, year, authorities],
    )


def nb_support(s: Study) -> Statement:
    assert len(coded(s, "nb", "support-programme")) >= 3
    return (
        "The status brings financial and professional support for the long-term development of "
        "regional business.",
        quote(
            s,
            "nb",
            "finanisiell og faglig støtte til langsiktig utvikling av regionale næringsmiljøer",
        ),
    )


def nb_two_aims(s: Study) -> Statement:
    decarbonisation = coded(s, "nb", "decarbonisation")
    competitiveness = coded(s, "nb", "competitiveness")
    assert len(decarbonisation) >= 6 and len(competitiveness) >= 3
    return (
        "Two aims are one here: lower emissions, coded in "
        f"{counted(s, 'nb', 'decarbonisation')}, and competitiveness, in "
        f"{counted(s, 'nb', 'competitiveness')}.",
        [
            quote(s, "nb", "Norges konkurranseevne i lavutslippssamfunnet der"),
            decarbonisation,
            competitiveness,
        ],
    )


def nb_market(s: Study) -> Statement:
    assert len(coded(s, "nb", "competitiveness")) >= 3
    return (
        "The market is part of the argument: demand for products with a small carbon footprint "
        "is to grow.",
        quote(s, "nb", "økt etterspørsel etter produkter og materialer med lite karbonavtrykk"),
    )


def nb_advantages(s: Study) -> Statement:
    assert len(coded(s, "nb", "strengths")) >= 2
    return (
        "It argues from what the region has: renewable resources, industrial tradition, global "
        "companies and close links to research.",
        [
            quote(s, "nb", "god tilgang til fornybare ressurser, lange industritradisjoner"),
            quote(s, "nb", "store globale industrivirksomheter", "nær kobling mot FoU-aktører"),
        ],
    )


def nb_places(s: Study) -> Statement:
    places = named(s, "nb", type="place")
    assert {"heroya-industripark", "porsgrunn", "bamble"} <= set(places["actor"])
    return (
        "It is precise about where it is, down to municipalities and an industrial park: "
        f"{listed(places['english'])}.",
        places,
    )


def nb_minister(s: Study) -> Statement:
    assert "torbjorn-roe-isaksen" in set(named(s, "nb", type="person")["actor"])
    return (
        "The minister praises and warns: a pat on the back, and now the real work begins.",
        [
            named(s, "nb", actor=["torbjorn-roe-isaksen"]),
            quote(s, "nb", "et klapp på skulderen og at det er nå det virkelige arbeidet begynner"),
        ],
    )


def nb_member(s: Study) -> Statement:
    assert len(named(s, "nb", type="firm")) == 1
    return (
        "Of the member firms one is named, the environmental advisers Bergfald.",
        quote(s, "nb", "Bergfald Miljørådgivere er medlem av klyngen"),
    )


# What all five share


def all_cooperation(s: Study) -> Statement:
    assert all(len(coded(s, doc, "cooperation")) > 0 for doc in s.documents["doc"])
    return (
        f"All {number(s.documents['doc'].nunique())} speak of working together, but with "
        "different partners: all players of a sector (French), three associations (Bulgarian), "
        "regions and networks across a border (German), public and private parties (Dutch), "
        "companies, research, education and public bodies (Norwegian, of its programme).",
        [
            quote(s, "fr", "collective et coopérative", "structurer tous les acteurs"),
            quote(s, "bg", "Сдруженията обединяват усилията си"),
            quote(s, "de", "langjährige Zusammenarbeit", "dem französischen Netzwerk CARA"),
            quote(s, "nl", "Een intensievere samenwerking tussen publieke en private partijen"),
            quote(s, "nb", "samarbeid mellom bedrifter, FoU- og utdanningsmiljøer"),
        ],
    )


def all_no_difference(s: Study) -> Statement:
    assert set(s.code_contrasts.query("category == 'cooperation'")["verdict"]) == {
        "too little evidence"
    }
    return (
        "In how much they speak of it the texts cannot be told apart: for cooperation, none of "
        f"the {len(s.code_contrasts[s.code_contrasts['category'] == 'cooperation'])} pairs shows a "
        "difference beyond noise.",
        [coded(s, doc, "cooperation") for doc in s.documents["doc"]],
    )


def all_companies(s: Study) -> Statement:
    assert all(len(coded(s, doc, "companies")) > 0 for doc in s.documents["doc"])
    return (
        f"Companies are spoken of in all of them, such as in {counted(s, 'nb', 'companies')} of "
        f"the Norwegian text and in {counted(s, 'de', 'companies')} of the German one.",
        [coded(s, doc, "companies") for doc in s.documents["doc"]],
    )


def all_place(s: Study) -> Statement:
    assert all(len(named(s, doc)) > 0 for doc in s.documents["doc"])
    return (
        "Each ties its cause to a place that it names.",
        [
            quote(s, "fr", "La Nouvelle-Aquitaine a de grands potentiels"),
            quote(s, "bg", "в България и региона на балканите"),
            quote(s, "de", "Überblick über den Standort Baden-Württemberg"),
            quote(s, "nl", "De Nederlandse industrie werkt in vijf geografische regio’s"),
            quote(s, "nb", "industribedriftene i Telemark"),
        ],
    )


# What sets each apart


def apart_mobility(s: Study) -> Statement:
    assert set(s.present("fr", "nb", "nl")) <= set(ahead(s, "electric-mobility", "bg"))
    return (
        "Electric mobility sets the Bulgarian text apart: it speaks of it more than "
        f"{texts(s, s.present('fr', 'nb', 'nl'))}.",
        [
            coded(s, "bg", "electric-mobility"),
            nearest(s, s.present("fr", "nb", "nl"), "electric-mobility"),
        ],
    )


def apart_mobility_name(s: Study) -> Statement:
    mentions = s.mentions.query("doc == 'de' and quote.str.contains('[Mm]obil')")
    reading = s.reference[s.reference["code"] == "electric-mobility"]
    read = reading["coded"] & reading["passage"].str.startswith("de")
    assert s.words("de").count("mobil") == len(mentions)
    return (
        "The German text has it in names only: of the cluster, an agency, a working group and "
        f"an alliance. The machine gives the code to {counted(s, 'de', 'electric-mobility')}, a "
        f"reader to {number(read.sum())}.",
        [coded(s, "de", "electric-mobility"), mentions],
    )


def apart_decarbonisation(s: Study) -> Statement:
    assert all(
        set(s.present("de", "fr")) <= set(ahead(s, "decarbonisation", doc)) for doc in ["nb", "nl"]
    )
    return (
        "Industrial decarbonisation sets two others apart: the Norwegian and the Dutch text "
        f"speak of it, each more than {texts(s, s.present('de', 'fr'))}.",
        [
            coded(s, "nb", "decarbonisation"),
            coded(s, "nl", "decarbonisation"),
            nearest(s, s.present("de", "fr"), "decarbonisation"),
        ],
    )


def apart_storage(s: Study) -> Statement:
    assert "nb" in ahead(s, "storage", "fr") and not len(coded(s, "nb", "storage"))
    return (
        "Storage is the stated subject of the French text and batteries that of the fair in the "
        "German one; the Norwegian text has no passage with that code.",
        [
            quote(s, "fr", "Le point crucial pour avancer est le stockage"),
            coded(s, "fr", "storage"),
            quote(s, "de", "Anlässlich der Battery Show Europe"),
            nearest(s, ["nb"], "storage"),
        ],
    )


def apart_no_mobility(s: Study) -> Statement:
    assert not any(word in s.words("nb") for word in ["elbil", "elektrisk", "mobilit", "batteri"])
    return (
        "The Norwegian text mentions neither vehicles nor batteries: its cause is an industrial "
        "region.",
        quote(s, "nb", "Klynge-samarbeid skal sikre verdens første klimapositive industriregion"),
    )


def apart_decarbonisation_fr(s: Study) -> Statement:
    assert not any(word in s.words("fr") for word in ["carbon", "co2", "émission", "climat"])
    return (
        "The French text argues for storage with the energy transition and with industry; "
        "carbon, emissions and climate are not among its words.",
        quote(s, "fr", "il faut développer le stockage", "face à un défi industriel"),
    )


def apart_innovation(s: Study) -> Statement:
    assert "innovat" not in s.words("nl")
    return (
        "Every text but the Dutch one uses the word innovation, or to innovate.",
        [
            quote(s, "bg", "внедряване на иновации в бизнеса"),
            quote(s, "de", "Innovationsnetzwerken"),
            quote(s, "fr", "tout en continuant à innover"),
            quote(s, "nb", "stimulere til økt innovasjon"),
        ],
    )


# Who leads


def lead_government(s: Study) -> Statement:
    assert named(s, "bg", helix="government").empty
    return (
        "Government signs in the French text, is co-host in the German, appoints in the Dutch, "
        "and funds in the Norwegian one the national programme that has admitted the cluster; "
        "the Bulgarian text names no public body.",
        [
            quote(s, "fr", "La Région Nouvelle-Aquitaine, l’Ademe", "le CEA ont signé"),
            quote(s, "de", "organisierte zusammen mit der Region Auvergne-Rhône-Alpes"),
            quote(s, "nl", "benoemd door minister Micky Adriaansens"),
            quote(s, "nb", "finansierte Norwegian Innovation Clusters-programmet"),
            named(s, "bg", helix=["industry", "intermediary"]),
        ],
    )


def lead_industry(s: Study) -> Statement:
    bodies = named(s, type="industry body")
    assert set(bodies["doc"]) == {"bg"}
    return (
        "Industry leads in the Bulgarian text: an employers' organisation is host and an "
        "industry body signs.",
        bodies,
    )


def lead_intermediary(s: Study) -> Statement:
    assert s.mentions["actor"].value_counts().idxmax() == "cluster-elektromobilitaet-sued-west"
    return (
        "The German text is about the cluster itself: it is named "
        f"{number((s.mentions['actor'] == 'cluster-elektromobilitaet-sued-west').sum())} times, "
        "more often than anyone else in the five texts.",
        s.mentions.query("actor == 'cluster-elektromobilitaet-sued-west'"),
    )


def lead_norwegian(s: Study) -> Statement:
    assert list(named(s, "nb", type="person")["actor"]) == ["torbjorn-roe-isaksen"]
    return (
        "In the Norwegian text the cluster itself has won its status; the minister comments.",
        quote(s, "nb", "har klyngen nå sikret seg", "kommenterer næringsminister"),
    )


def lead_directors(s: Study) -> Statement:
    persons = named(s, type="person", helix="intermediary")
    assert set(persons["doc"]) == {"nl"}
    return (
        "The Dutch answer to the question who leads is a list of persons: the "
        f"{number(len(persons))} directors.",
        persons,
    )


def lead_research(s: Study) -> Statement:
    researchers = named(s, helix="academia")
    assert set(researchers["doc"]) == {"fr"}
    return (
        "Research is a founding party in one text only, the French one: the CEA signs, and the "
        "head of its laboratory speaks.",
        researchers,
    )


# Instruments


def instrument_agreement(s: Study) -> Statement:
    count = fact(s, "bg", "quantity")
    assert int(count.value) == 3
    return (
        "The agreement is the instrument of the French and the Bulgarian text: one creates a "
        f"cluster, the other binds {number(count.value)}.",
        [
            quote(s, "fr", "ont signé un partenariat pour la création"),
            quote(s, "bg", "подписаха меморандум"),
        ],
    )


def instrument_delegation(s: Study) -> Statement:
    assert set(s.codes.query("code == 'event-visit' and coded")["doc"]) == {"de"}
    return (
        f"The visit is the German instrument; in {texts(s, s.present('fr', 'nb', 'nl'))} visits "
        "are absent, beyond noise.",
        [
            quote(s, "de", "besuchte eine französische Unternehmensdelegation"),
            *[gap(s, doc, "event-visit") for doc in s.present("fr", "nb", "nl")],
        ],
    )


def instrument_appointment(s: Study) -> Statement:
    persons = named(s, "nl", type="person", helix="intermediary")
    assert len(persons) == 5
    return (
        "The appointment is Dutch: an office is created and filled with names, from above.",
        [
            quote(s, "nl", "Daarom zijn er vijf zogenoemde clusterregisseurs vandaag benoemd"),
            persons,
        ],
    )


def instrument_award(s: Study) -> Statement:
    assert len(coded(s, "nb", "support-programme")) >= 3
    return (
        "The award is Norwegian: a status won in a national programme after years of building up.",
        quote(s, "nb", "Etter flere år med arbeid", "sikret seg ARENA-status"),
    )


# Money, targets and numbers


def money_one(s: Study) -> Statement:
    money = fact(s, "nb", "money")
    assert s.facts.query("kind == 'money'")["doc"].tolist() == ["nb"]
    return (
        f"One text names a sum of money: about {number(money.value)} kroner, in the Norwegian one.",
        money,
    )


def targets_one(s: Study) -> Statement:
    year = fact(s, "nl", "year")
    assert set(s.facts.query("kind == 'percentage'")["doc"]) == {"nl"}
    return (
        "One text sets a reduction against a target, in per cent and with a year: the Dutch "
        f"one, for {year.value}.",
        [fact(s, "nl", "percentage"), year],
    )


def numbers_german(s: Study) -> Statement:
    assert set(s.facts.query("doc == 'de' and kind == 'quantity'")["unit_english"]) <= set(
        "members representatives tours networks projects regions".split()
    )
    return (
        "The German text has most dates and quantities, "
        f"{number((s.facts['doc'] == 'de').sum())} of {len(s.facts)}; what it counts are "
        "members, visitors, tours, networks, regions and projects, not effects.",
        s.facts.query("doc == 'de'"),
    )


def time_span(s: Study) -> Statement:
    year_de = fact(s, "de", "year")
    year_nl = fact(s, "nl", "year")
    assert [year_de.value, year_nl.value] == [
        dated(s.facts)["first"].min()[:4],
        dated(s.facts)["last"].max()[:4],
    ]
    return (
        f"In time the texts look from {year_de.value} to {year_nl.value}: the German one back to "
        "the founding of a group of regions, the Dutch one ahead to what is to be reached.",
        [year_de, year_nl],
    )


# Across borders, and in what tone


def borders_german(s: Study) -> Statement:
    assert set(named(s, actor=["france", "spain", "italy"])["doc"]) == {"de"}
    return (
        "Cooperation across a border is reported in one text, the German one: with partners in "
        "France, and in a group of regions with members in Spain and Italy.",
        [
            quote(s, "de", "grenzüberschreitenden Kooperation", "zwei grenzüberschreitende"),
            named(s, "de", actor=["france", "spain", "italy"]),
        ],
    )


def borders_bulgarian(s: Study) -> Statement:
    assert len(s.mentions.query("actor == 'balkans'")) == 1
    return (
        "In the Bulgarian text the Balkans are named once, as part of where its fields are to "
        "be developed.",
        quote(s, "bg", "възобновяемите енергийни източници в България и региона на балканите"),
    )


def tone_speed(s: Study) -> Statement:
    assert not any(word in s.words("de") + s.words("nb") for word in ["schnell", "rask"])
    return (
        "Three texts speak of speed: things move fast (French), greening is to be faster "
        "(Dutch), the world economies develop rapidly (Bulgarian).",
        [
            quote(s, "fr", "Les choses vont vite"),
            quote(s, "nl", "de beoogde verduurzaming versneld te realiseren"),
            quote(s, "bg", "скоростното развитие на световните икономики"),
        ],
    )


def tone_first(s: Study) -> Statement:
    assert len(coded(s, "nb", "leadership")) > len(coded(s, "fr", "leadership"))
    return (
        "Only the Norwegian text wants to be first; the French one wants to be on the "
        "offensive, the Bulgarian one not to be left behind.",
        [
            quote(s, "nb", "Klynge-samarbeid skal sikre verdens første"),
            quote(s, "fr", "Il est important d’être à l’offensive"),
            quote(s, "bg", "вече няма право да бъде пасивен наблюдател"),
        ],
    )


# What the data do not allow one to say


def limit_size(s: Study) -> Statement:
    assert s.documents["lang"].nunique() == s.documents["doc"].nunique() == 5
    return (
        f"{len(s.passages)} passages of {number(s.documents['doc'].nunique())} texts, one a "
        "language, are what everything rests on; what a text says is not yet what its "
        "initiative does.",
        s.passages.drop_duplicates("doc")[["doc", "passage", "start", "end"]],
    )


def limit_nearest(s: Study) -> Statement:
    assert (s.similarity.nearest["verdict"] == "too little evidence").mean() >= 0.75
    return (
        "Which initiatives are most alike as wholes can hardly be said: for "
        f"{number((s.similarity.nearest['verdict'] == 'too little evidence').sum())} of "
        f"{number(len(s.similarity.nearest))} the nearest does not lead the second beyond noise.",
        s.passages.drop_duplicates("doc")[["doc", "passage", "start", "end"]].assign(
            strength="doubtful"
        ),
    )


def limit_forecast(s: Study) -> Statement:
    assert len(s.facts.query("unit == 'megaton'")) == 1
    return (
        "The one emission figure is a forecast for part of industry, in a minister's words; no "
        "text reports emissions that have fallen.",
        quote(s, "nl", "die nu in zicht is", "de grootste industriële uitstoters"),
    )


def limit_money(s: Study) -> Statement:
    assert len(s.facts.query("kind == 'money'")) == 1
    return (
        "What an initiative costs cannot be compared: the only sum is for a national programme "
        "of which the Norwegian cluster is one member.",
        quote(
            s,
            "nb",
            "finansierte Norwegian Innovation Clusters-programmet med ca 165 millioner kroner",
        ),
    )


def limit_voices(s: Study) -> Statement:
    persons = named(s, type="person")
    assert set(persons["helix"]) == {"government", "academia", "industry", "intermediary"}
    return (
        f"Those who are named stand for a body: of {number(len(persons))} persons none is "
        "introduced as the head of a member firm.",
        persons,
    )


def limit_leadership(s: Study) -> Statement:
    assert "government" in set(s.codes.query("not relied_on")["code"])
    return (
        "Who leads cannot be read from the machine's codes: "
        f"{number(len(s.codes.query('not relied_on')['code'].unique()))} of {len(s.codebook)} "
        "codes, public authorities among them, agree too little with a reading.",
        [coded(s, doc, "government") for doc in ["fr", "nl"]],
    )


# How the commentary is read: the sections, and the claims of each.
SECTIONS = {
    "Nouvelle-Aquitaine: Cluster Énergie et Stockage": (
        fr_founders,
        fr_crucial,
        fr_chain,
        fr_research,
        fr_companies,
        fr_region,
        fr_voices,
        fr_together,
        fr_urgency,
        fr_undated,
    ),
    "Bulgaria: IKEM, the Cooperative Cluster and the Renewable Energy Sources Cluster": (
        bg_memorandum,
        bg_signatories,
        bg_two_fields,
        bg_cooperatives,
        bg_project,
        bg_purpose,
        bg_tasks,
        bg_business,
        bg_host,
        bg_firm,
        bg_reach,
        bg_tone,
    ),
    "Baden-Württemberg: Cluster Elektromobilität Süd-West": (
        de_delegation,
        de_fair,
        de_visits,
        de_networking,
        de_field,
        de_firms,
        de_hosts,
        de_location,
        de_four_motors,
        de_partner,
        de_projects,
        de_smes,
        de_climate,
    ),
    "The Netherlands: industrial clusters and their directors": (
        nl_appointment,
        nl_regions,
        nl_scale,
        nl_target,
        nl_task,
        nl_hague,
        nl_grid,
        nl_strategies,
        nl_data,
        nl_whole,
        nl_public_private,
    ),
    "Telemark: Industrial Green Tech": (
        nb_status,
        nb_ambition,
        nb_levels,
        nb_money,
        nb_support,
        nb_two_aims,
        nb_market,
        nb_advantages,
        nb_places,
        nb_minister,
        nb_member,
    ),
    "What all five share": (
        all_cooperation,
        all_no_difference,
        all_companies,
        all_place,
    ),
    "What sets each apart": (
        apart_mobility,
        apart_mobility_name,
        apart_decarbonisation,
        apart_storage,
        apart_no_mobility,
        apart_decarbonisation_fr,
        apart_innovation,
    ),
    "Who leads": (
        lead_government,
        lead_industry,
        lead_intermediary,
        lead_norwegian,
        lead_directors,
        lead_research,
    ),
    "Instruments": (
        instrument_agreement,
        instrument_delegation,
        instrument_appointment,
        instrument_award,
    ),
    "Money, targets and numbers": (
        money_one,
        targets_one,
        numbers_german,
        time_span,
    ),
    "Across borders, and in what tone": (
        borders_german,
        borders_bulgarian,
        tone_speed,
        tone_first,
    ),
    "What the data do not allow one to say": (
        limit_size,
        limit_nearest,
        limit_forecast,
        limit_money,
        limit_voices,
        limit_leadership,
    ),
}
