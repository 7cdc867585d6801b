"""The commentary on the five texts: each claim a function of a study.

The name of a function is that of its claim. Its body asserts what makes the claim true, and it
returns the sentence and the evidence that it rests on: quotations, facts, names, cells of the grid
and passages that a reader has coded, as `clusterlib.claims.evidence` finds them. `SECTIONS`, at the
end, is the order in which they are read; `tests/cases/claim_changes.csv` has for each a change of
the texts or of the reading that makes it false.
"""

from clusterlib.claims.commentary import Statement
from clusterlib.claims.evidence import (
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
from clusterlib.compare.study import Study
from clusterlib.facts import dated

# Five unlike units


def unit_french(s: Study) -> Statement:
    signatories = named(s, "fr", actor=["region-nouvelle-aquitaine", "ademe", "cea"])
    assert len(signatories) == 3
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
        "clusters sign a memorandum of cooperation, and the chairman of the host greets those of "
        f"{listed(name if name.isupper() else f'the {name}' for name in parties['english'])}.",
        [date, clusters, quote(s, "bg", "приветства председателите"), parties],
    )


def unit_german(s: Study) -> Statement:
    fair = fact(s, "de", "period", value="2023-05-23")
    assert "cara" in set(named(s, "de")["actor"])
    return (
        "The German text reports an event in the life of an established cluster: French "
        "companies visit a battery fair and members of the cluster, which has long been in "
        "contact with the French network CARA.",
        [
            quote(s, "de", "besuchte eine französische Unternehmensdelegation"),
            fair,
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
        "minister has appointed a coordinator (clusterregisseur), and a last one is to follow.",
        [
            quote(s, "nl", "clusterregisseurs vandaag benoemd door minister Micky Adriaansens"),
            clusters,
            persons,
            quote(s, "nl", "op een later tijdstip ook een regisseur"),
        ],
    )


def unit_norwegian(s: Study) -> Statement:
    assert {"arena", "norwegian-innovation-clusters"} <= set(
        named(s, "nb", type="programme")["actor"]
    )
    return (
        "The Norwegian text reports an admission: after several years of work the cluster "
        "Industrial Green Tech has gained Arena status, and the industrial companies of "
        "Telemark have thereby become part of the programme Norwegian Innovation Clusters.",
        [
            quote(s, "nb", "Etter flere år med arbeid", "har klyngen nå sikret seg ARENA-status"),
            quote(s, "nb", "blitt endel av Norwegian Innovation Clusters"),
        ],
    )


def unit_law(s: Study) -> Statement:
    assert unstated(s, "legal form") == s.present("de", "fr", "nb", "nl")
    return (
        "Legal form is hardly mentioned: the Bulgarian text calls its parties associations, and "
        "no other says whether its initiative is an association, a company or a project.",
        cell(s, "bg", "legal form"),
    )


# The field


def field_bulgarian(s: Study) -> Statement:
    mobility, renewables = coded(s, "bg", "electric-mobility"), coded(s, "bg", "renewables")
    assert set(mobility["passage"]) < set(renewables["passage"])
    return (
        "The Bulgarian memorandum is for three sectors, electric mobility, renewable energy and "
        f"the cooperative movement, and the text joins the first two: "
        f"{counted(s, 'bg', 'renewables')} speak of renewable energy, "
        f"{number(len(mobility))} of these of electric mobility as well. The energy of new solar "
        "parks is meant for charging stations and networks for electric cars.",
        [
            quote(
                s,
                "bg",
                "електрическа мобилност, възобновяеми енергийни източници и кооперативното дело",
            ),
            quote(s, "bg", "целево ще бъде използвана за зарядните станции и мрежи"),
            renewables,
        ],
    )


def field_storage(s: Study) -> Statement:
    assert set(by_text(s, "storage").index) == {"de", "fr"}
    return (
        "In the French text storage is called the crucial point, and the fair in the German one "
        f"is about batteries: {counted(s, 'fr', 'storage')} of the French text and "
        f"{counted(s, 'de', 'storage')} of the German are on batteries or storage. The running "
        "texts of the others do not speak of them.",
        [
            quote(s, "fr", "Le point crucial pour avancer est le stockage"),
            quote(s, "de", "Lösungen und Produkten entlang der Wertschöpfungskette Batterie"),
            coded(s, "fr", "storage"),
            coded(s, "de", "storage"),
        ],
    )


def field_decarbonisation(s: Study) -> Statement:
    counts = by_text(s, "decarbonisation")
    assert counts.drop(["nb", "nl"], errors="ignore").max() == 1
    return (
        "The greening of industry is the field of the Dutch text, and in the Norwegian one the "
        "cluster is to help its region become climate-positive: "
        f"{counted(s, 'nl', 'decarbonisation')} of the Dutch text and "
        f"{counted(s, 'nb', 'decarbonisation')} of the Norwegian are on it, and one at most in "
        "each of the other texts.",
        [
            quote(s, "nl", "de stap van grijs naar groen"),
            quote(s, "nb", "skal bidra til at Grenland i Telemark blir verdens første"),
            coded(s, "nl", "decarbonisation"),
            coded(s, "nb", "decarbonisation"),
        ],
    )


def field_names(s: Study) -> Statement:
    names = s.mentions.query("doc == 'de' and quote.str.contains('[Mm]obil')")
    assert s.words("de").count("mobil") == len(names)
    return (
        "In the German text mobility stands only in names: of the cluster, of e-mobil BW, of a "
        "working group and of a project; the last two count as electric and new mobility "
        f"({counted(s, 'de', 'electric-mobility')}).",
        [coded(s, "de", "electric-mobility"), names],
    )


def field_common(s: Study) -> Statement:
    fields = s.codebook[s.codebook["dimension"] == "field"]
    everywhere = [code for code in s.codebook["code"] if len(by_text(s, code)) == 5]
    assert set(everywhere) == {"companies", "cooperation"}
    return (
        f"So none of the {number(len(fields))} fields of the codebook is in all five texts; of its "
        f"{len(s.codebook)} codes only two are, companies and working together.",
        [coded(s, doc, code).head(1) for doc in s.documents["doc"] for code in sorted(everywhere)],
    )


# Who acts, and for whom the text speaks


def actors_government(s: Study) -> Statement:
    assert named(s, "bg", helix="government").empty
    assert not any(word in s.words("bg") for word in ["министър", "министерств", "община"])
    return (
        "Public bodies sign in the French text, and a minister appoints in the Dutch; in the "
        "German Baden-Württemberg International and the guests' home region help to organise the "
        "tour of the fair; in the Norwegian public bodies own the programme that admits the "
        "cluster, and two ministries have funded it. The running text of the Bulgarian page names "
        "none.",
        [
            quote(s, "fr", "La Région Nouvelle-Aquitaine, l’Ademe", "le CEA ont signé"),
            quote(
                s,
                "de",
                "organisierte zusammen mit der Region",
                "und Baden-Württemberg International (BW_i)",
            ),
            quote(s, "nl", "benoemd door minister Micky Adriaansens"),
            quote(s, "nb", "eies i samarbeid mellom", "finansierte Norwegian Innovation Clusters"),
        ],
    )


def actors_business(s: Study) -> Statement:
    assert set(named(s, type="industry body")["doc"]) == {"bg"}
    return (
        "The Bulgarian memorandum is signed at the Bulgarian Industrial Association, whose "
        "chairman greets those of the three parties. The text introduces it as a nationally "
        "recognised employers' organisation.",
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
        "Of the running texts only the French has research as a named party: the CEA signs, and "
        "the head of one of its laboratories speaks. The German and the Norwegian text speak of "
        "research without naming an institute.",
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
        f"The German text names {number(counts['de'])} firms, the Bulgarian and the Norwegian one "
        "each, the French and the Dutch none.",
        firms,
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
        "No page names its author in full. Going by what they show, the German one is "
        "apparently by the cluster itself, the Bulgarian by IKEM, a party to the pact, and the "
        "Norwegian by Bergfald, a member of the cluster; who publishes the French "
        "and the Dutch one is not known, though the Dutch mentions a national programme.",
        [
            quote(s, "de", "an das Clustermanagement des Clusters"),
            cell(s, "bg", "page"),
            quote(s, "nb", "Bergfald Miljørådgivere er medlem av klyngen"),
            quote(s, "nl", "Het Nationaal Programma Verduurzaming Industrie"),
        ],
    )


# Instruments


def instruments_visit(s: Study) -> Statement:
    assert set(by_text(s, "event-visit").index) == {"de"}
    return (
        "Events are a German instrument alone, a fair, tours of it, a dinner: "
        f"{counted(s, 'de', 'event-visit')} are about events and visits, and none in the other "
        "texts (the Bulgarian signing counts as an agreement).",
        coded(s, "de", "event-visit"),
    )


def instruments_office(s: Study) -> Statement:
    counts = by_text(s, "office-holders")
    assert counts.idxmax() == "nl" and (counts.drop("nl") <= 1).all()
    return (
        "The office is a Dutch instrument: the coordinators are to steer the progress of projects "
        "and help to solve bottlenecks, and their minister calls them bridge builders. "
        f"{counted(s, 'nl', 'office-holders').capitalize()} are coded with the office or its "
        "holders, and one at most in each of the other texts.",
        [
            quote(s, "nl", "Zij gaan sturen op de voortgang van projecten", "bruggenbouwers"),
            coded(s, "nl", "office-holders"),
        ],
    )


def instruments_projects(s: Study) -> Statement:
    alliance = fact(s, "de", "period", value="2017")
    within, period = (
        fact(s, "de", "quantity", unit_english="projects"),
        fact(s, "de", "period", value="2019"),
    )
    assert alliance.value_end == period.value_end
    return (
        "Two texts describe projects. The Bulgarian one is still to start: new solar parks, "
        "connected and controlled through smart grids. The German ones are over: a cooperation "
        f"project from {alliance.value} to {alliance.value_end} and within it "
        f"{number(within.value)} in research and development, from {period.value} to "
        f"{period.value_end}.",
        [
            quote(s, "bg", "Предстои старта на проект за изграждане на нови соларни паркове"),
            alliance,
            within,
            period,
        ],
    )


def instruments_plans(s: Study) -> Statement:
    assert set(by_text(s, "strategy").index) == {"de", "nl"}
    return (
        "Two texts speak of strategies or work programmes. The German cluster and its French "
        "partner drew up a strategy together, and the presidency of the Four Motors has its work "
        "programme; for each Dutch cluster an energy strategy is again due. Of the German text "
        f"{counted(s, 'de', 'strategy')} are on these, of the Dutch "
        f"{counted(s, 'nl', 'strategy')}, of the others none.",
        [
            quote(s, "de", "das diesjährige Arbeitsprogramm veröffentlicht"),
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
    return (
        "The border is a German subject: partners in France and, in the Four Motors, in Spain and "
        f"Italy; {counted(s, 'de', 'cross-border')} look across it. Of the other texts only the "
        "Bulgarian places its own work beyond the country, in the Balkan region.",
        [
            quote(s, "de", "Katalonien (Spanien) und Lombardei (Italien)"),
            coded(s, "de", "cross-border"),
            quote(s, "bg", "в България и региона на балканите"),
        ],
    )


def where_country(s: Study) -> Statement:
    assert set(by_text(s, "national").index) == {"bg", "nb", "nl"}
    return (
        "The Bulgarian, the Dutch and the Norwegian text have their country in view: "
        f"{counted(s, 'bg', 'national')}, {counted(s, 'nl', 'national')} and "
        f"{counted(s, 'nb', 'national')}. The French and the German text do not.",
        [
            quote(s, "bg", "българското общество не бива да проспива"),
            quote(s, "nl", "de gehele industrie hier in Nederland"),
            quote(s, "nb", "regionens og Norges konkurranseevne"),
            *[coded(s, doc, "national") for doc in s.present("bg", "nb", "nl")],
        ],
    )


def where_region(s: Study) -> Statement:
    assert by_text(s, "region").idxmax() == "nb"
    places = named(s, "nb", actor=["grenland", "telemark", "heroya-industripark", "porsgrunn"])
    assert len(places) == 4
    return (
        "The Norwegian text is the one that says most of its region as a place: "
        f"{counted(s, 'nb', 'region')}, down to an industrial park and the municipalities of "
        "Porsgrunn and Bamble.",
        [places, quote(s, "nb", "på Frier Vest i Bamble kommune"), coded(s, "nb", "region")],
    )


# Money, numbers, targets and dates


def money_programme(s: Study) -> Statement:
    money, year = fact(s, "nb", "money"), fact(s, "nb", "year")
    assert set(s.facts.query("kind == 'money'")["doc"]) == {"nb"}
    assert money.passage == year.passage and money.unit == "NOK" and money.hedge == "ca"
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
        "Only the Dutch text has a figure and a year for what is to be reached: the minister says "
        f"that a cut of {number(cut.value)} megatonnes of CO2 for {year.value} is in sight, more "
        f"than {share.value} per cent of the targets for the largest industrial emitters; the "
        "targets themselves are not given.",
        [cut, year, share],
    )


def dates_ahead(s: Study) -> Statement:
    quarter, year = fact(s, "nl", "quarter"), fact(s, "nl", "year")
    assert set(dated(s.facts).query("first > '2023-12-31'")["doc"]) == {"nl"}
    return (
        "Only the Dutch text dates what is to come: energy strategies in "
        f"{day(quarter.value)}, a cut for {year.value}. The start of the Bulgarian project, the "
        "events of Baden-Württemberg's presidency of the Four Motors and the appointment of the "
        "last Dutch coordinator have no date.",
        [
            quarter,
            year,
            quote(s, "bg", "Предстои старта на проект"),
            quote(s, "de", "werden verschiedene Veranstaltungsformate durchgeführt"),
            quote(s, "nl", "op een later tijdstip ook"),
        ],
    )


def numbers_members(s: Study) -> Statement:
    companies = fact(s, "fr", "quantity", unit_english="companies")
    members = fact(s, "de", "quantity", unit_english="members")
    assert s.facts.query("unit_english == 'members'")["doc"].tolist() == ["de"]
    assert (companies.hedge, members.hedge) == ("Près de", "über")
    return (
        "No text says how many companies are members of its cluster. The nearly "
        f"{number(companies.value)} French companies are those of the region in that field, and "
        f"the more than {number(members.value)} German members those who exhibit at the fair.",
        [companies, members],
    )


# Tone


def tone_urgent(s: Study) -> Statement:
    counts = by_text(s, "urgency")
    assert counts.idxmax() == "fr" and "de" not in counts
    return (
        "Those who are quoted in the French text press: things move fast, what is at stake for "
        f"industry is being decided now. {counted(s, 'fr', 'urgency').capitalize()} press or call "
        "to act, more than in any other text, and none in the German one.",
        [
            quote(s, "fr", "Les choses vont vite", "Les enjeux industriels se jouent maintenant"),
            coded(s, "fr", "urgency"),
        ],
    )


def tone_first(s: Study) -> Statement:
    counts = by_text(s, "leadership")
    assert set(counts.index) == {"bg", "nb"} and counts["bg"] == 1
    return (
        f"The Norwegian text seeks a lead or claims one in {counted(s, 'nb', 'leadership')}: the "
        "region is to be the first climate-positive industrial region of the world, and the "
        "minister speaks of “our” proud tradition of the world's foremost and greenest industry. "
        "Of the other texts only the Bulgarian speaks of leadership, of which the country is said "
        "to have good examples.",
        [
            quote(s, "nb", "verdens fremste og grønneste industri"),
            coded(s, "nb", "leadership"),
            quote(s, "bg", "добри примери за иновативност и лидерство"),
        ],
    )


def tone_appeal(s: Study) -> Statement:
    last = s.passages.query("doc == 'bg'").sort_values("position").tail(1)
    assert last["text"].str.endswith("не бива да проспива.").all()
    return (
        "The Bulgarian text ends as an appeal: business may no longer be a passive observer, and "
        "society must not sleep through the new technologies.",
        quote(s, "bg", "вече няма право да бъде пасивен наблюдател", "не бива да проспива"),
    )


def tone_report(s: Study) -> Statement:
    pressing, claiming, praising = (
        set(by_text(s, code).index) for code in ("urgency", "leadership", "strengths")
    )
    assert sorted(pressing | claiming | praising) == s.present("bg", "fr", "nb", "nl")
    assert "nl" not in claiming | praising
    return (
        "The German text is the only one of which no passage is coded as pressing, claiming a "
        "lead or praising what the region has; the Dutch presses, and does neither of the others.",
        [
            coded(s, "nl", "urgency"),
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
        "Nobody is named who speaks for residents or workers. Where kinds of party are listed, "
        "they are companies, authorities and grid operators (Dutch), companies, research, "
        "education and public bodies (Norwegian), companies, universities and research "
        "institutions (German), research, technology platforms and companies (French).",
        [
            quote(s, "de", "Unternehmen, Hochschulen und Forschungseinrichtungen"),
            quote(s, "nl", "tussen bedrijven, overheden en netbeheerders"),
            quote(s, "nb", "mellom bedrifter, FoU- og utdanningsmiljøer og offentlige"),
            quote(s, "fr", "la recherche, les plates-formes technologiques et les entreprises"),
        ],
    )


def unsaid_results(s: Study) -> Statement:
    assert s.facts.query("unit == 'megaton'")["doc"].tolist() == ["nl"]
    assert "in zicht is" in s.words("nl")
    assert not any(word in s.words("nl") for word in ["banen", "werkgelegenheid", "omzet"])
    assert not any(word in s.words("de") for word in ["arbeitspl", "beschäftigte", "umsatz"])
    assert not any(word in s.words("fr") for word in ["emploi", "chiffre d’affaires"])
    assert not any(word in s.words("nb") for word in ["arbeidspl", "sysselsett", "omsetning"])
    assert not any(word in s.words("bg") for word in ["работни места", "заетост", "оборот"])
    return (
        "No text reports emissions, jobs or turnover that have changed; the Dutch figure is a "
        "minister's forecast.",
        quote(s, "nl", "die nu in zicht is"),
    )


def unsaid_union(s: Study) -> Statement:
    names = ("battery show europe", "vier motoren für europa")
    assert s.words("de").count("europ") == sum(s.words("de").count(name) for name in names)
    assert not any("europ" in s.words(doc) for doc in s.present("fr", "nb", "nl"))
    assert "европ" not in s.words("bg")
    return (
        "No text names the European Union, a fund or a programme of it; Europe stands only in the "
        "names of a fair and of the Four Motors, both in the German text.",
        [
            quote(s, "de", "Anlässlich der Battery Show Europe in Stuttgart"),
            fact(s, "de", "year"),
        ],
    )


def unsaid_governance(s: Study) -> Statement:
    assert unstated(s, "governance") == s.present("bg", "fr", "nb")
    return (
        "Who leads from day to day remains open in the French, the Bulgarian and the Norwegian "
        "text. Five of the six Dutch clusters have coordinators, who are to steer and mediate, "
        "and the German one has a cluster management to turn to.",
        [
            *(cell(s, doc, "governance") for doc in s.present("de", "nl")),
            quote(s, "nl", "Zij gaan sturen op de voortgang van projecten"),
        ],
    )


def unsaid_day(s: Study) -> Statement:
    undated = s.documents.loc[s.documents["published"].fillna("") == "", "doc"].tolist()
    fair, year = fact(s, "de", "period", value="2023-05-23"), fact(s, "nb", "year")
    assert sorted(undated) == s.present("de", "fr", "nb")
    return (
        f"{number(len(undated)).capitalize()} of the five pages bear no date. What they mention "
        f"places the German one not before {day(fair.value)} and the Norwegian one not before "
        f"{year.value}; the French text mentions no date at all.",
        [fair, year],
    )


# Nouvelle-Aquitaine: Cluster Énergie et Stockage


def fr_scope(s: Study) -> Statement:
    return (
        "The idea, says the president of the region, is to organise all players of the sector, in "
        "grids as well as in energy production and storage.",
        quote(s, "fr", "structurer tous les acteurs de la filière", "aussi bien sur les réseaux"),
    )


def fr_purpose(s: Study) -> Statement:
    return (
        "He sets it apart from clusters that exist, on solar energy, marine energies and green "
        "growth, by what it is to stand up for: investment, business creation and research. It "
        "is also to open research, technology platforms and companies to one another.",
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
        "A productive cluster is hoped for; the article says that it makes the region more "
        "attractive, and the head of a CEA laboratory speaks of developing production capacity "
        "while continuing to innovate.",
        quote(
            s,
            "fr",
            "nous espérons un cluster productif",
            "un facteur d’attractivité",
            "développer une capacité de production",
        ),
    )


# Bulgaria: IKEM, the Cooperative Cluster and the Renewable Energy Sources Cluster


def bg_project(s: Study) -> Statement:
    return (
        "Some of the solar parks are to stand on sites of the cooperative cluster; what the text "
        "calls energy cooperatives of a kind are to produce the green energy.",
        quote(
            s,
            "bg",
            "на чиито терени ще бъдат част от парковете",
            "своеобразните енергийни кооперативи",
        ),
    )


def bg_tasks(s: Study) -> Statement:
    assert named(s, "bg", type="firm")["actor"].tolist() == ["bullcharge"]
    return (
        "IKEM is to support the project: by taking part in developing the charging "
        "infrastructure, improving the regulatory framework and developing the model SSEM for "
        "vocational, secondary and higher education, and by creating a logistics and courier "
        "company that uses green energy only. The start-up BullCharge is to join in.",
        quote(
            s,
            "bg",
            "ИКЕМ ще подкрепи проекта с участие за развитие на зарядната инфраструктура",
            "развитие на модела ССЕМ за професионалното, средното и висше образование",
            "логистична и куриерска компания",
            "Стартъп компанията BullCharge също ще се включи",
        ),
    )


def bg_host(s: Study) -> Statement:
    return (
        "The Bulgarian Industrial Association, the text says, supports the efforts of domestic "
        "entrepreneurs to create new market niches and to bring innovation into business.",
        quote(s, "bg", "за създаване на нови пазарни ниши и внедряване на иновации в бизнеса"),
    )


# Baden-Württemberg: Cluster Elektromobilität Süd-West


def de_delegation(s: Study) -> Statement:
    representatives = fact(s, "de", "quantity", unit_english="representatives")
    period = fact(s, "de", "period", value="2023-05-23")
    assert representatives.hedge == "rund"
    return (
        f"Around {number(representatives.value)} representatives of French industry are led "
        f"through the fair, from {int(period.value[-2:])} to {day(period.value_end)}; the "
        "cluster, the region Auvergne-Rhône-Alpes and Baden-Württemberg International have "
        "arranged the tour.",
        [
            representatives,
            period,
            quote(s, "de", "Baden-Württemberg International (BW_i) einen Messerundgang"),
        ],
    )


def de_firms(s: Study) -> Statement:
    firms = named(s, "de", type="firm")
    return (
        f"{number(len(firms)).capitalize()} members show the guests their solutions and products: "
        f"{listed(firms['english'])}. The expertise of members reaches, among other things, from "
        "components of the battery cell to the testing of battery management systems.",
        [firms, quote(s, "de", "von Komponenten für die Batteriezelle", "bis hin zum Testing")],
    )


def de_location(s: Study) -> Statement:
    return (
        "On the day before the fair the guests also hear of Baden-Württemberg as a location, and "
        "of support for those who think of settling there.",
        quote(
            s,
            "de",
            "Bereits am Vortag der Messe",
            "Überblick über den Standort Baden-Württemberg",
            "bei Ansiedlungsinteresse",
        ),
    )


def de_alliance(s: Study) -> Statement:
    assert "allfratech" in set(named(s, "de", type="programme")["actor"])
    return (
        "A major aim of the strategy drawn up with CARA, in the project AllFraTech, was to support "
        "small and medium-sized companies in cooperation across the border.",
        [
            quote(s, "de", "gezielte Unterstützung von kleinen und mittleren Unternehmen"),
            named(s, "de", actor=["allfratech"]),
        ],
    )


def de_focus(s: Study) -> Statement:
    assert len(coded(s, "de", "decarbonisation")) == 1
    return (
        "Climate comes in once: lower CO2 emissions are one of three subjects of Baden-"
        "Württemberg's presidency of the Four Motors, beside economic transformation and "
        "technological change.",
        [
            quote(s, "de", "technologischer Wandel und die Reduzierung der CO2-Emissionen"),
            coded(s, "de", "decarbonisation"),
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


def nl_scale(s: Study) -> Statement:
    return (
        "The reason given for the appointments is that industry works together in regions: "
        "beside economies of scale and shared infrastructure, this offers great opportunities to "
        "go green faster.",
        quote(
            s,
            "nl",
            "Daarom zijn er vijf zogenoemde clusterregisseurs",
            "Naast schaalvoordelen en het kunnen delen van infrastructuur biedt dit ook "
            "grote kansen",
        ),
    )


def nl_strategies(s: Study) -> Statement:
    return (
        "The energy strategies map, from the plans of the companies, what energy infrastructure "
        "is needed; a national Data Safe House is used for the first time, which is to make "
        "decisions, and with them the greening, more efficient.",
        quote(
            s,
            "nl",
            "Op basis van plannen van de industriële bedrijven",
            "de noodzaak van energie-infrastructuur in kaart",
            "Voor het eerst maken zij gebruik van een zogenoemd landelijk Data Safe House",
            "waardoor besluitvorming en daarmee het verduurzamingsproces efficiënter wordt",
        ),
    )


def nl_whole(s: Study) -> Statement:
    return (
        "The minister would like the whole of industry to go from grey to green; the task is not "
        "one for the companies with tailor-made agreements alone.",
        quote(s, "nl", "niet alleen voor de maatwerkbedrijven", "dat de gehele industrie"),
    )


# Telemark: Industrial Green Tech


def nb_goal(s: Study) -> Statement:
    return (
        "A goal of the cluster is to become an internationally leading centre of expertise "
        "for solutions that reduce greenhouse gas emissions and contribute to the sustainable "
        "development of industry.",
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
        "Siva and the Research Council own together. The Arena level offers financial and "
        "professional support for the long-term development of regional business communities; its "
        "purpose is innovation and competitiveness through cooperation of companies, research, "
        "education and public bodies.",
        [
            levels,
            owners,
            quote(s, "nb", "Arena-nivået tilbyr finanisiell og faglig støtte til langsiktig"),
            quote(s, "nb", "stimulere til økt innovasjon og styrket konkurranseevne basert på"),
        ],
    )


def nb_market(s: Study) -> Statement:
    return (
        "The region's advantages, such as renewable resources, industrial tradition, global "
        "companies and close links to research, are to strengthen the competitiveness of the "
        "region and of Norway in a low-emission society, where demand for products with a small "
        "carbon footprint will grow.",
        quote(
            s,
            "nb",
            "god tilgang til fornybare ressurser, lange industritradisjoner",
            "styrke regionens og Norges konkurranseevne i lavutslippssamfunnet",
            "økt etterspørsel etter produkter og materialer med lite karbonavtrykk",
        ),
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
        dates_ahead,
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
        unsaid_union,
        unsaid_governance,
        unsaid_day,
    ),
    "Nouvelle-Aquitaine: Cluster Énergie et Stockage": (
        fr_scope,
        fr_purpose,
        fr_hopes,
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
        de_alliance,
        de_focus,
    ),
    "The Netherlands: the industrial clusters and their coordinators": (
        nl_bottlenecks,
        nl_scale,
        nl_strategies,
        nl_whole,
    ),
    "Telemark: Industrial Green Tech": (
        nb_goal,
        nb_programme,
        nb_market,
        nb_minister,
    ),
}
