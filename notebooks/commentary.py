"""The commentary on the five texts: each claim a function of a study.

The name of a function is that of its claim. Its body asserts what makes the claim true, and it
returns the sentence and the evidence that it rests on: quotations, facts, names, cells of the grid
and passages that a reader has coded, as `clusterlib.claims` finds them. `SECTIONS`, at the end, is
the order in which they are read; `tests/cases/claim_changes.csv` has for each a change of the texts
or of the reading that makes it false.
"""

from clusterlib.claims import (
    Statement,
    ahead,
    by_text,
    cell,
    coded,
    counted,
    day,
    fact,
    listed,
    named,
    number,
    quote,
    unstated,
)
from clusterlib.facts import dated
from clusterlib.study import Study

# Five unlike units


def unit_french(s: Study) -> Statement:
    signatories = named(s, "fr", actor=["region-nouvelle-aquitaine", "ademe", "cea"])
    assert len(signatories) == 3 and by_text(s, "agreement")["fr"] > 0
    return (
        f"The French text reports a founding: {number(len(signatories))} signatories, the "
        "Nouvelle-Aquitaine region, the agency Ademe and the research body CEA, have agreed to "
        "create a cluster.",
        [quote(s, "fr", "ont signé un partenariat pour la création du cluster"), signatories],
    )


def unit_bulgarian(s: Study) -> Statement:
    clusters, date = fact(s, "bg", "quantity"), fact(s, "bg", "date")
    parties = named(s, "bg", actor=["ikem", "cooperative-cluster", "renewables-cluster"])
    assert int(clusters.value) == len(parties) and date.value == "2022-03-30"
    return (
        f"The Bulgarian text reports a pact: on {day(date.value)} {number(clusters.value)} "
        "clusters sign a memorandum of cooperation, and the chairmen greeted at the signing are "
        f"those of {listed(parties['english'])}.",
        [date, clusters, quote(s, "bg", "приветства председателите"), parties],
    )


def unit_german(s: Study) -> Statement:
    fair, project = (
        fact(s, "de", "period", value="2023-05-23"),
        fact(s, "de", "period", value="2017"),
    )
    assert project.value_end < fair.value and "cara" in set(named(s, "de")["actor"])
    return (
        "The German text reports an event in the life of an established cluster: French "
        "companies visit a battery fair and members of the cluster, which had run a project "
        f"with the French network CARA from {project.value} to {project.value_end}.",
        [
            quote(s, "de", "besuchte eine französische Unternehmensdelegation"),
            fair,
            project,
            quote(s, "de", "dem französischen Netzwerk CARA ein langjähriger Kontakt"),
        ],
    )


def unit_dutch(s: Study) -> Statement:
    coordinators = fact(s, "nl", "quantity", quote="vijf zogenoemde clusterregisseurs")
    clusters = fact(s, "nl", "quantity", unit_english="clusters")
    persons = named(s, "nl", type="person", helix="intermediary")
    assert len(persons) == int(coordinators.value) == int(clusters.value) - 1
    return (
        "The Dutch text reports a layer of coordination laid over clusters that exist: for "
        f"{number(coordinators.value)} of {number(clusters.value)} industrial clusters a "
        "minister has appointed a coordinator (clusterregisseur).",
        [
            quote(s, "nl", "clusterregisseurs vandaag benoemd door minister Micky Adriaansens"),
            clusters,
            persons,
        ],
    )


def unit_norwegian(s: Study) -> Statement:
    assert {"arena", "norwegian-innovation-clusters"} <= set(
        named(s, "nb", type="programme")["actor"]
    )
    return (
        "The Norwegian text reports an admission: after several years of work the cluster "
        "Industrial Green Tech has gained Arena status, and the industrial companies of "
        "Telemark have so become part of the programme Norwegian Innovation Clusters.",
        [
            quote(s, "nb", "Etter flere år med arbeid", "har klyngen nå sikret seg ARENA-status"),
            quote(s, "nb", "blitt endel av Norwegian Innovation Clusters"),
        ],
    )


def unit_law(s: Study) -> Statement:
    assert unstated(s, "legal form") == s.present("de", "fr", "nb", "nl")
    return (
        "What such a thing is in law is hardly a subject: the Bulgarian text calls its parties "
        "associations, and no other says whether its initiative is an association, a company "
        "or a project.",
        cell(s, "bg", "legal form"),
    )


# The field


def field_bulgarian(s: Study) -> Statement:
    mobility, renewables = coded(s, "bg", "electric-mobility"), coded(s, "bg", "renewables")
    assert set(mobility["passage"]) < set(renewables["passage"])
    return (
        f"The Bulgarian text joins two fields: {counted(s, 'bg', 'renewables')} speak of "
        f"renewable energy, and {number(len(mobility))} of these of electric mobility as well; "
        "the energy of new solar parks is meant for charging stations.",
        [
            quote(s, "bg", "целево ще бъде използвана за зарядните станции и мрежи"),
            renewables,
        ],
    )


def field_storage(s: Study) -> Statement:
    assert set(by_text(s, "storage").index) == {"de", "fr"}
    return (
        "Storage is the crucial point of the French text, and batteries are the field of the "
        f"fair in the German one: {counted(s, 'fr', 'storage')} and "
        f"{counted(s, 'de', 'storage')}. The other three texts do not speak of storage.",
        [
            quote(s, "fr", "Le point crucial pour avancer est le stockage"),
            quote(s, "de", "Lösungen und Produkten entlang der Wertschöpfungskette Batterie"),
            coded(s, "fr", "storage"),
            coded(s, "de", "storage"),
        ],
    )


def field_decarbonisation(s: Study) -> Statement:
    assert ahead(s, "decarbonisation", "nl") == s.present("bg", "de", "fr")
    assert ahead(s, "decarbonisation", "nb") == s.present("bg", "de", "fr")
    return (
        "The greening of industry is the field of the Dutch and the Norwegian text: "
        f"{counted(s, 'nl', 'decarbonisation')} and {counted(s, 'nb', 'decarbonisation')}, each "
        "clearly more than in any of the other texts.",
        [
            quote(s, "nl", "de stap van grijs naar groen"),
            quote(s, "nb", "Grenland i Telemark blir verdens første klimapositive industriregion"),
            coded(s, "nl", "decarbonisation"),
            coded(s, "nb", "decarbonisation"),
        ],
    )


def field_names(s: Study) -> Statement:
    names = s.mentions.query("doc == 'de' and quote.str.contains('[Mm]obil')")
    assert s.words("de").count("mobil") == len(names)
    return (
        "The German text has the word mobility in names only: of the cluster, an agency, a "
        "working group and an alliance. A reader finds electric mobility to be what "
        f"{counted(s, 'de', 'electric-mobility')} speak of.",
        [coded(s, "de", "electric-mobility"), names],
    )


def field_common(s: Study) -> Statement:
    fields = s.codebook.loc[s.codebook["dimension"] == "field", "code"]
    assert all(len(by_text(s, field)) < 5 for field in fields)
    assert len(by_text(s, "cooperation")) == len(by_text(s, "companies")) == 5
    return (
        f"So no field is common to all: none of {number(len(fields))} fields is spoken of in "
        "every text. What every text speaks of is companies, and working together.",
        [coded(s, doc, "cooperation") for doc in s.documents["doc"]],
    )


# Who acts, and for whom the text speaks


def actors_government(s: Study) -> Statement:
    assert named(s, "bg", helix="government").empty
    assert not any(word in s.words("bg") for word in ["министър", "министерств", "община"])
    return (
        "Public bodies sign in the French text, are hosts together with the cluster in the "
        "German one and appoint in the Dutch one; in the Norwegian they own and fund the "
        "programme that admits the cluster. The Bulgarian text names none in its running text.",
        [
            quote(s, "fr", "La Région Nouvelle-Aquitaine, l’Ademe", "le CEA ont signé"),
            quote(s, "de", "organisierte zusammen mit der Region Auvergne-Rhône-Alpes"),
            quote(s, "nl", "benoemd door minister Micky Adriaansens"),
            quote(s, "nb", "eies i samarbeid mellom", "finansierte Norwegian Innovation Clusters"),
        ],
    )


def actors_business(s: Study) -> Statement:
    assert set(named(s, type="industry body")["doc"]) == {"bg"}
    return (
        "The Bulgarian signing is an affair of business: it takes place at the Bulgarian "
        "Industrial Association, whose chairman greets the parties and which the text "
        "introduces as a recognised employers' organisation.",
        quote(
            s,
            "bg",
            "в Българската стопанска камара се подписа",
            "Председателят на УС на БСК",
            "Като национално призната работодателска организация",
        ),
    )


def actors_research(s: Study) -> Statement:
    researchers = named(s, helix="academia")
    assert set(researchers["doc"]) == {"fr"}
    return (
        "Research is a named party in the French text only, where the CEA signs and the head of "
        "one of its laboratories speaks; the German and the Norwegian text speak of research "
        "without naming an institute.",
        [
            quote(s, "fr", "et le CEA ont signé"),
            researchers,
            quote(s, "de", "unter Beteiligung von Unternehmen, Hochschulen"),
            quote(s, "nb", "nær kobling mot FoU-aktører"),
        ],
    )


def actors_firms(s: Study) -> Statement:
    firms = named(s, type="firm")
    counts = firms.groupby("doc").size()
    assert counts["de"] > 1 and counts.drop("de").to_dict() == {"bg": 1, "nb": 1}
    return (
        f"Firms have names in the German text, {number(counts['de'])} of them, once each in the "
        "Bulgarian and the Norwegian text, and never in the French and the Dutch, although both "
        "speak of companies.",
        [firms, coded(s, "fr", "companies"), coded(s, "nl", "companies")],
    )


def actors_voices(s: Study) -> Statement:
    speakers = named(s, ["fr", "nb", "nl"], type="person", helix=["government", "academia"])
    assert set(speakers["doc"]) == {"fr", "nb", "nl"}
    assert not any(verb in s.words("de") for verb in ["sagte", "betont", "erklärt", "so der"])
    assert not any(verb in s.words("bg") for verb in ["каза", "заяви", "подчерта", "сподели"])
    return (
        "Those who are quoted hold public or research office: in the French text the presidents "
        "of the region and of Ademe and the head of a CEA laboratory, in the Dutch and the "
        "Norwegian a minister. No company is quoted, and the German and the Bulgarian text "
        "quote nobody.",
        [
            quote(s, "fr", "explique le président de la Région Alain Rousset"),
            quote(s, "fr", "souligne Florence Lambert", "Bruno Lechevin, le président de l’Ademe"),
            quote(s, "nl", "Minister Micky Adriaansens (EZK)"),
            quote(s, "nb", "kommenterer næringsminister Torbjørn Røe Isaksen"),
        ],
    )


def actors_pages(s: Study) -> Statement:
    pages = s.documents.set_index("doc")["source"]
    assert pages["de"] == s.documents.set_index("doc")["initiative"]["de"]
    assert pages["nb"].startswith("Bergfald") and pages["bg"].startswith("ИКЕМ")
    return (
        "Three pages are written by somebody who has a part in the matter: the German one by the "
        "cluster itself, the Bulgarian one by IKEM, a party of the pact, the Norwegian one by "
        "Bergfald, a member of the cluster.",
        [
            cell(s, "de", "page"),
            cell(s, "bg", "page"),
            quote(s, "nb", "Bergfald Miljørådgivere er medlem av klyngen"),
        ],
    )


# Instruments


def instruments_main(s: Study) -> Statement:
    assert by_text(s, "event-visit").idxmax() == "de"
    assert by_text(s, "office-holders").idxmax() == "nl"
    assert by_text(s, "support-programme").idxmax() == "nb"
    assert {"bg", "fr"} <= set(by_text(s, "agreement").index)
    return (
        "Each text has an instrument of its own: a partnership that founds, a memorandum "
        "that binds, a tour of a fair, an office and those who hold it, a place in a support "
        "programme.",
        [
            quote(s, "fr", "ont signé un partenariat"),
            quote(s, "bg", "се подписа тристранен меморандум за сътрудничество"),
            quote(s, "de", "einen Messerundgang für eine Unternehmensdelegation"),
            quote(s, "nl", "vijf zogenoemde clusterregisseurs vandaag benoemd"),
            quote(s, "nb", "sikret seg ARENA-status"),
        ],
    )


def instruments_visit(s: Study) -> Statement:
    assert set(by_text(s, "event-visit").index) == {"de"}
    assert ahead(s, "event-visit", "de") == s.present("bg", "fr", "nb", "nl")
    return (
        "Fairs, tours and visits are a German instrument alone: "
        f"{counted(s, 'de', 'event-visit')} are about them, and none in the other texts.",
        coded(s, "de", "event-visit"),
    )


def instruments_office(s: Study) -> Statement:
    others = ahead(s, "office-holders", "nl")
    assert others == s.present("bg", "de", "fr", "nb")
    return (
        "The office is the Dutch instrument: the coordinators steer the progress of projects and "
        "help to solve bottlenecks, and their minister calls them bridge builders; "
        f"{counted(s, 'nl', 'office-holders')} are about them or other office-holders.",
        [
            quote(s, "nl", "Zij gaan sturen op de voortgang van projecten", "bruggenbouwers"),
            coded(s, "nl", "office-holders"),
        ],
    )


def instruments_projects(s: Study) -> Statement:
    done = fact(s, "de", "quantity", unit_english="projects")
    period = fact(s, "de", "period", value="2019")
    assert "предстои" in s.words("bg") and len(coded(s, "bg", "project"))
    return (
        "Two texts describe projects. The Bulgarian one is still to start, new solar parks "
        f"connected through smart grids; the {number(done.value)} German ones, in research and "
        f"development, ran between {period.value} and {period.value_end}.",
        [
            quote(s, "bg", "Предстои старта на проект за изграждане на нови соларни паркове"),
            done,
            period,
        ],
    )


def instruments_plans(s: Study) -> Statement:
    assert set(by_text(s, "strategy").index) == {"de", "nl"}
    return (
        "Two texts speak of strategies: the German cluster and its French partner drew up one "
        "together, and each Dutch cluster is to deliver one for its energy again. The other "
        "texts speak of none.",
        [
            quote(s, "de", "eine gemeinsame Strategie zur langfristigen technologischen"),
            quote(s, "nl", "per cluster ook weer een cluster energiestrategie (CES)"),
            coded(s, "de", "strategy"),
            coded(s, "nl", "strategy"),
        ],
    )


# Where, and across which borders


def where_border(s: Study) -> Statement:
    counts = by_text(s, "cross-border")
    assert set(counts.index) == {"bg", "de"} and counts["bg"] == 1
    assert ahead(s, "cross-border", "de") == s.present("bg", "fr", "nb", "nl")
    return (
        "The border is a German subject: partners in France and, in the Four Motors, in Spain and "
        f"Italy; {counted(s, 'de', 'cross-border')} look across it. Besides, only the Bulgarian "
        "text looks abroad, once, to the Balkan region as a place where its fields are to grow.",
        [
            quote(s, "de", "Katalonien (Spanien) und Lombardei (Italien)"),
            coded(s, "de", "cross-border"),
            quote(s, "bg", "в България и региона на балканите"),
        ],
    )


def where_country(s: Study) -> Statement:
    counts = by_text(s, "national")
    assert set(counts.index) == {"bg", "nb", "nl"}
    return (
        "The Bulgarian, the Dutch and the Norwegian text speak for a country: "
        f"{number(counts['bg'])}, {number(counts['nl'])} and {number(counts['nb'])} passages "
        "have the nation in view, and none of the French and the German text.",
        [
            quote(s, "bg", "не бива да проспива"),
            quote(s, "nl", "de gehele industrie hier in Nederland"),
            quote(s, "nb", "regionens og Norges konkurranseevne"),
            *[coded(s, doc, "national") for doc in ("bg", "nb", "nl") if doc in counts],
        ],
    )


def where_region(s: Study) -> Statement:
    assert by_text(s, "region").idxmax() == "nb"
    places = named(s, "nb", actor=["grenland", "telemark", "heroya-industripark", "porsgrunn"])
    assert len(places) == 4
    return (
        "The Norwegian text is also the one that is most about its region: "
        f"{counted(s, 'nb', 'region')}, down to an industrial park and the municipalities of "
        "Porsgrunn and Bamble.",
        [places, quote(s, "nb", "på Frier Vest i Bamble kommune"), coded(s, "nb", "region")],
    )


# Money, numbers, targets and dates


def money_programme(s: Study) -> Statement:
    money, year = fact(s, "nb", "money"), fact(s, "nb", "year")
    assert set(s.facts.query("kind == 'money'")["doc"]) == {"nb"}
    assert money.passage == year.passage
    return (
        f"One sum is named in the five texts, about {number(money.value)} kroner in "
        f"{year.value}, and it is what two ministries paid for the Norwegian programme and not "
        "for the cluster. What an initiative costs is said nowhere.",
        [money, year, quote(s, "nb", "finansierte Norwegian Innovation Clusters-programmet")],
    )


def target_dutch(s: Study) -> Statement:
    cut, year = fact(s, "nl", "quantity", unit="megaton"), fact(s, "nl", "year")
    share = fact(s, "nl", "percentage")
    assert share.hedge == "ruim" and set(s.facts.query("kind == 'percentage'")["doc"]) == {"nl"}
    return (
        "One text has a target with a number and a year, the Dutch one: a cut of "
        f"{number(cut.value)} megatonnes of CO2 for {year.value} is in sight, more than "
        f"{share.value} per cent of what the largest industrial emitters are to reach.",
        [cut, year, share],
    )


def target_norwegian(s: Study) -> Statement:
    assert set(dated(s.facts).query("doc == 'nb'")["passage"]) == {fact(s, "nb", "money").passage}
    return (
        "The Norwegian ambition, to be the first climate-positive industrial region of the "
        "world, has neither a year nor a number.",
        quote(s, "nb", "Å bli verdens første klimpapositive industriregion er en kjempeambisjon"),
    )


def dates_ahead(s: Study) -> Statement:
    quarter, year = fact(s, "nl", "quarter"), fact(s, "nl", "year")
    assert set(dated(s.facts).query("first > '2023-12-31'")["doc"]) == {"nl"}
    return (
        "Only the Dutch text dates what is to come: energy strategies in "
        f"{day(quarter.value)}, a cut for {year.value}. The start of the Bulgarian project and "
        "the events of the German presidency have no day.",
        [
            quarter,
            year,
            quote(s, "bg", "Предстои старта на проект"),
            quote(s, "de", "werden verschiedene Veranstaltungsformate durchgeführt"),
        ],
    )


def dates_behind(s: Study) -> Statement:
    founded, presidency = fact(s, "de", "year"), fact(s, "de", "month")
    assert dated(s.facts)["first"].min() == dated(s.facts.query("doc == 'de'"))["first"].min()
    return (
        f"The German text reaches furthest back: to {founded.value}, when the Four Motors for "
        f"Europe were founded, whose presidency Baden-Württemberg took over in "
        f"{day(presidency.value)}.",
        [founded, quote(s, "de", "Im April 2023 hat Baden-Württemberg")],
    )


def numbers_members(s: Study) -> Statement:
    companies = fact(s, "fr", "quantity", unit_english="companies")
    members = fact(s, "de", "quantity", unit_english="members")
    assert s.facts.query("unit_english == 'members'")["doc"].tolist() == ["de"]
    assert (companies.hedge, members.hedge) == ("Près de", "über")
    return (
        "No text says how many members its initiative has. The nearly "
        f"{number(companies.value)} French companies are those of the region in that field, and "
        f"the more than {number(members.value)} German members those who exhibit at the fair.",
        [companies, members],
    )


# Tone


def tone_urgent(s: Study) -> Statement:
    counts = by_text(s, "urgency")
    assert counts.idxmax() == "fr" and "de" in ahead(s, "urgency", "fr")
    return (
        "The French text presses: things move fast, what is at stake is decided now; "
        f"{counted(s, 'fr', 'urgency')} urge to act, clearly more than in the German text, "
        "which has none.",
        [
            quote(s, "fr", "Les choses vont vite", "Les enjeux industriels se jouent maintenant"),
            coded(s, "fr", "urgency"),
        ],
    )


def tone_first(s: Study) -> Statement:
    counts = by_text(s, "leadership")
    assert set(counts.index) == {"bg", "nb"} and counts["bg"] == 1
    return (
        "The Norwegian text wants to be first and says that its industry is foremost already: "
        f"{counted(s, 'nb', 'leadership')} claim a lead. Besides, only the Bulgarian text does, "
        "once, of examples in the country.",
        [
            quote(s, "nb", "verdens fremste og grønneste industri"),
            coded(s, "nb", "leadership"),
            coded(s, "bg", "leadership"),
        ],
    )


def tone_appeal(s: Study) -> Statement:
    last = s.passages.query("doc == 'bg'").sort_values("position").tail(3)
    assert len(set(coded(s, "bg", "urgency")["passage"]) & set(last["passage"])) == 2
    return (
        "The Bulgarian text ends as an appeal: business may no longer be a passive observer, and "
        "society must not sleep through the new technologies.",
        quote(s, "bg", "вече няма право да бъде пасивен наблюдател", "не бива да проспива"),
    )


def tone_report(s: Study) -> Statement:
    assert "de" not in {*by_text(s, "urgency").index, *by_text(s, "leadership").index}
    assert "de" not in by_text(s, "strengths").index
    return (
        "The German text reports: no passage urges, none claims a lead and none praises what "
        "the region has.",
        [
            quote(s, "de", "Anlässlich der Battery Show Europe in Stuttgart"),
            coded(s, "de", "event-visit"),
        ],
    )


# What is not said


def unsaid_citizens(s: Study) -> Statement:
    assert named(s, helix="civil society").empty
    assert not any(word in s.words("nl") for word in ["bewoner", "vakbond", "milieuorganisatie"])
    assert not any(word in s.words("de") for word in ["gewerkschaft", "bürger", "umweltverband"])
    assert not any(word in s.words("fr") for word in ["syndicat", "habitants", "citoyen"])
    assert not any(word in s.words("nb") for word in ["fagforening", "innbygger", "miljøorg"])
    assert not any(word in s.words("bg") for word in ["синдикат", "граждани", "жители"])
    return (
        "Nobody is named who speaks for residents, workers or the environment; where parties are "
        "listed, they are companies, authorities, research and those between them.",
        [
            quote(s, "nl", "tussen bedrijven, overheden en netbeheerders"),
            quote(s, "nb", "mellom bedrifter, FoU- og utdanningsmiljøer"),
            quote(s, "fr", "la recherche, les plates-formes technologiques et les entreprises"),
        ],
    )


def unsaid_results(s: Study) -> Statement:
    assert s.facts.query("unit == 'megaton'")["doc"].tolist() == ["nl"]
    assert "in zicht is" in s.words("nl")
    return (
        "No text reports emissions that have fallen. The only figure is a forecast, for the "
        "largest emitters, in the words of a minister.",
        quote(s, "nl", "die nu in zicht is", "voor de grootste industriële uitstoters"),
    )


def unsaid_governance(s: Study) -> Statement:
    assert unstated(s, "governance") == s.present("bg", "nb")
    return (
        "How the initiative is led remains open in the Bulgarian and the Norwegian text; the "
        "Dutch one has its coordinators, the German one a cluster management that answers "
        "enquiries, the French one the word collective.",
        [cell(s, doc, "governance") for doc in s.present("de", "fr", "nl")],
    )


def unsaid_day(s: Study) -> Statement:
    undated = s.documents.loc[s.documents["published"].fillna("") == "", "doc"].tolist()
    fair, year = fact(s, "de", "period", value="2023-05-23"), fact(s, "nb", "year")
    assert sorted(undated) == s.present("de", "fr", "nb")
    return (
        f"{number(len(undated)).capitalize()} of the five pages bear no date. What they mention "
        f"places the German one not before {day(fair.value)} and the Norwegian one not before "
        f"{year.value}; nothing places the French one.",
        [fair, year],
    )


# Nouvelle-Aquitaine: Cluster Énergie et Stockage


def fr_scope(s: Study) -> Statement:
    return (
        "The idea is to organise all players of the sector, in grids as well as in energy "
        "production and storage.",
        quote(s, "fr", "structurer tous les acteurs de la filière", "et sur le stockage, explique"),
    )


def fr_purpose(s: Study) -> Statement:
    return (
        "It sets itself apart from clusters that exist, on solar energy, marine energies and "
        "green growth, by what it wants to defend: investment, business creation and research. "
        "It is also to remove the walls between research, technology platforms and companies.",
        quote(
            s,
            "fr",
            "il y a des clusters sur l’énergie solaire, les énergies marines, la croissance verte",
            "défendre les investissements, la création d’entreprises et la recherche",
            "décloisonner la recherche, les plates-formes technologiques et les entreprises",
        ),
    )


def fr_hopes(s: Study) -> Statement:
    return (
        "What is hoped for is a productive cluster: attractiveness for the region, and a "
        "capacity to produce.",
        quote(
            s,
            "fr",
            "nous espérons un cluster productif",
            "un facteur d’attractivité",
            "développer une capacité de production",
        ),
    )


def fr_method(s: Study) -> Statement:
    return (
        "Its way of working is called co-constructed, collective and cooperative; together, "
        "says the head of the CEA laboratory, one goes faster and further.",
        quote(
            s,
            "fr",
            "une démarche co-construite, collective et coopérative",
            "Nous allons plus vite et plus loin ensemble, souligne Florence Lambert",
        ),
    )


# Bulgaria: IKEM, the Cooperative Cluster and the Renewable Energy Sources Cluster


def bg_project(s: Study) -> Statement:
    return (
        "Some of the solar parks are to stand on sites of the cooperative cluster, which would "
        "make it, in the words of the text, an energy cooperative of a kind.",
        quote(s, "bg", "на чиито терени ще бъдат част от парковете", "своеобразните енергийни"),
    )


def bg_tasks(s: Study) -> Statement:
    assert named(s, "bg", type="firm")["actor"].tolist() == ["bullcharge"]
    return (
        "IKEM is to support the project: with charging infrastructure, a better regulatory "
        "framework, a model for vocational, secondary and higher education, and a logistics and "
        "courier company that uses green energy only. One firm is named that joins in, the "
        "start-up BullCharge.",
        quote(
            s,
            "bg",
            "ИКЕМ ще подкрепи проекта с участие за развитие на зарядната инфраструктура",
            "професионалното, средното и висше образование",
            "логистична и куриерска компания",
            "Стартъп компанията BullCharge също ще се включи",
        ),
    )


def bg_host(s: Study) -> Statement:
    return (
        "The host supports entrepreneurs in creating new market niches and in bringing "
        "innovation into business.",
        quote(s, "bg", "за създаване на нови пазарни ниши и внедряване на иновации в бизнеса"),
    )


# Baden-Württemberg: Cluster Elektromobilität Süd-West


def de_delegation(s: Study) -> Statement:
    representatives = fact(s, "de", "quantity", unit_english="representatives")
    period = fact(s, "de", "period", value="2023-05-23")
    assert representatives.hedge == "rund"
    return (
        f"Around {number(representatives.value)} representatives of French industry are led "
        f"through the fair, which lasts from {day(period.value)} to {day(period.value_end)}; the "
        "cluster, the region Auvergne-Rhône-Alpes and the agency Baden-Württemberg "
        "International have arranged it.",
        [
            representatives,
            period,
            quote(s, "de", "Baden-Württemberg International (BW_i) einen Messerundgang"),
        ],
    )


def de_firms(s: Study) -> Statement:
    firms = named(s, "de", type="firm")
    return (
        f"{number(len(firms)).capitalize()} members show the guests what they make: "
        f"{listed(firms['english'])}. It reaches from components of the battery cell to the "
        "testing of battery management systems.",
        [firms, quote(s, "de", "von Komponenten für die Batteriezelle", "bis hin zum Testing")],
    )


def de_location(s: Study) -> Statement:
    return (
        "The visit also advertises the place: the guests hear of Baden-Württemberg as a "
        "location, and of support for those who think of settling there.",
        quote(s, "de", "Überblick über den Standort Baden-Württemberg", "bei Ansiedlungsinteresse"),
    )


def de_outcome(s: Study) -> Statement:
    return (
        "What comes of it is told as possibility: first potential for cooperation shows itself, "
        "and whoever is interested may turn to the cluster management.",
        quote(s, "de", "erste mögliche Kooperationspotenziale", "Bei Interesse an einem Austausch"),
    )


def de_alliance(s: Study) -> Statement:
    assert {"allfratech", "emcc", "innotherms"} <= set(named(s, "de", type="programme")["actor"])
    return (
        "The German-French alliance AllFraTech was to help small and medium-sized companies to "
        "cooperate across the border; the projects EMCC and InnoTherMS came out of it.",
        [
            quote(s, "de", "gezielte Unterstützung von kleinen und mittleren Unternehmen"),
            named(s, "de", actor=["allfratech", "emcc", "innotherms"]),
        ],
    )


# The Netherlands: the industrial clusters and their coordinators


def nl_bottlenecks(s: Study) -> Statement:
    return (
        "The bottlenecks that are named as an example lie between companies, authorities and "
        "grid operators, around investment in the energy infrastructure.",
        quote(
            s,
            "nl",
            "tussen bedrijven, overheden en netbeheerders rondom investeringen "
            "in de energie-infrastructuur",
        ),
    )


def nl_sixth(s: Study) -> Statement:
    return (
        "The sixth cluster, which is no region but other industries such as food, ceramics and "
        "paper, is to get its coordinator later.",
        quote(s, "nl", "Voor cluster zes (overige industrie", "op een later tijdstip ook"),
    )


def nl_strategies(s: Study) -> Statement:
    return (
        "The energy strategies map, from the plans of the companies, what energy infrastructure "
        "is needed; for the first time a national Data Safe House holds the data for them.",
        quote(
            s,
            "nl",
            "Op basis van plannen van de industriële bedrijven",
            "de noodzaak van energie-infrastructuur in kaart",
            "Voor het eerst maken zij gebruik van een zogenoemd landelijk Data Safe House",
        ),
    )


def nl_whole(s: Study) -> Statement:
    return (
        "The whole of industry is to go from grey to green, and not only the companies with "
        "tailor-made agreements.",
        quote(s, "nl", "niet alleen voor de maatwerkbedrijven", "dat de gehele industrie"),
    )


def nl_public_private(s: Study) -> Statement:
    return (
        "More intensive cooperation of public and private parties is called essential, and a "
        "national programme gives shape to it to a large extent.",
        quote(
            s,
            "nl",
            "Een intensievere samenwerking tussen publieke en private partijen is essentieel",
            "geeft die publiek-private samenwerking in belangrijke mate vorm",
        ),
    )


# Telemark: Industrial Green Tech


def nb_goal(s: Study) -> Statement:
    return (
        "The goal of the cluster itself is to be a leading centre of expertise, internationally, "
        "for solutions that reduce greenhouse gas emissions and make industry sustainable.",
        quote(
            s,
            "nb",
            "et internasjonalt ledende kompetansemiljø for løsninger "
            "som reduserer klimagassutslipp",
        ),
    )


def nb_programme(s: Study) -> Statement:
    levels, owners = fact(s, "nb", "quantity"), named(s, "nb", type="agency")
    assert int(levels.value) == len(owners) == 3
    return (
        f"Arena is one of {number(levels.value)} levels of the programme, which Innovation Norway, "
        "Siva and the Research Council own together. It offers financial and professional support "
        "for the long-term development of regional business communities.",
        [
            levels,
            owners,
            quote(s, "nb", "Arena-nivået tilbyr finanisiell og faglig støtte til langsiktig"),
        ],
    )


def nb_market(s: Study) -> Statement:
    assert len(coded(s, "nb", "competitiveness")) > 1
    return (
        "Climate is argued for with competitiveness: renewable resources, industrial tradition, "
        "global companies and close links to research are to make the region and the country "
        "stronger where demand for products with a small carbon footprint grows.",
        [
            quote(s, "nb", "god tilgang til fornybare ressurser, lange industritradisjoner"),
            quote(s, "nb", "økt etterspørsel etter produkter og materialer med lite karbonavtrykk"),
            coded(s, "nb", "competitiveness"),
        ],
    )


def nb_minister(s: Study) -> Statement:
    return (
        "The minister calls the ambition enormous and the status a pat on the back, and says "
        "that the real work begins now.",
        quote(
            s,
            "nb",
            "en kjempeambisjon",
            "et klapp på skulderen og at det er nå det virkelige arbeidet begynner",
        ),
    )


# How the commentary is read: the sections, and the claims of each.
SECTIONS = {
    "Five unlike units": (
        unit_french,
        unit_bulgarian,
        unit_german,
        unit_dutch,
        unit_norwegian,
        unit_law,
    ),
    "The field": (
        field_bulgarian,
        field_storage,
        field_decarbonisation,
        field_names,
        field_common,
    ),
    "Who acts, and for whom the text speaks": (
        actors_government,
        actors_business,
        actors_research,
        actors_firms,
        actors_voices,
        actors_pages,
    ),
    "Instruments": (
        instruments_main,
        instruments_visit,
        instruments_office,
        instruments_projects,
        instruments_plans,
    ),
    "Where, and across which borders": (
        where_border,
        where_country,
        where_region,
    ),
    "Money, numbers, targets and dates": (
        money_programme,
        target_dutch,
        target_norwegian,
        dates_ahead,
        dates_behind,
        numbers_members,
    ),
    "Tone": (
        tone_urgent,
        tone_first,
        tone_appeal,
        tone_report,
    ),
    "What is not said": (
        unsaid_citizens,
        unsaid_results,
        unsaid_governance,
        unsaid_day,
    ),
    "Nouvelle-Aquitaine: Cluster Énergie et Stockage": (
        fr_scope,
        fr_purpose,
        fr_hopes,
        fr_method,
    ),
    "Bulgaria: IKEM, the Cooperative Cluster and the Renewable Energy Sources Cluster": (
        bg_project,
        bg_tasks,
        bg_host,
    ),
    "Baden-Württemberg: Cluster Elektromobilität Süd-West": (
        de_delegation,
        de_firms,
        de_location,
        de_outcome,
        de_alliance,
    ),
    "The Netherlands: the industrial clusters and their coordinators": (
        nl_bottlenecks,
        nl_sixth,
        nl_strategies,
        nl_whole,
        nl_public_private,
    ),
    "Telemark: Industrial Green Tech": (
        nb_goal,
        nb_programme,
        nb_market,
        nb_minister,
    ),
}
