// What the tests of the report ask a page, defined in each page before it is opened.
window.look = {
    // What a page holds.
    content() {
        const all = selector => [...document.querySelectorAll(selector)];
        return {
            title: document.title,
            lang: document.documentElement.lang,
            active: all("iframe,object,embed,form,base").length,
            scripts: all("script").map(e => e.textContent),
            attributes: all("*").flatMap(e => e.getAttributeNames()),
            headings: all("h1,h2,h3,h4,h5,h6").map(e => +e.tagName[1]),
            "without alternative": all("img:not([alt]), img[alt='']").length,
            ids: all("[id]").map(e => e.id),
            description: document.querySelector("meta[name=description]").content,
            landmarks: ["header nav", "main"].map(e => all(e).length),
            regions: all("[role=region]").length,
            heads: all("th").map(e => e.textContent.trim()),
            bare: all("table.data:not(:has(caption)), .data th:not([scope])").length,
            cut: all(".cl-grid th").filter(e => e.scrollWidth > e.clientWidth).length,
            speechless: all("blockquote > span:first-child:not([lang])").length,
            links: all("a[href]").map(a => new URL(a.getAttribute("href"), document.baseURI).href),
        };
    },
    // By how much a page is wider than the screen, and what stands out.
    overflow() {
        const limit = document.documentElement.clientWidth;
        const scrolls = e => e && (/auto|scroll/.test(getComputedStyle(e).overflowX)
            || scrolls(e.parentElement));
        const wide = [...document.body.querySelectorAll("*")].filter(
            e => e.getBoundingClientRect().right > limit + 1
                && !e.classList.contains("skip") && !scrolls(e));
        const root = document.scrollingElement;
        return [root.scrollWidth - root.clientWidth, wide.map(e => e.outerHTML.slice(0, 200))];
    },
    // The smallest letters of the pictures that the first page draws, in pixels.
    letters() {
        return [...document.querySelectorAll("figure > svg")].map(e => {
            const scale = e.getBoundingClientRect().width / e.viewBox.baseVal.width;
            return scale * Math.min(...[...e.querySelectorAll("text")].map(
                t => parseFloat(getComputedStyle(t).fontSize)));
        });
    },
    // How far the line of no share stands behind the names beside it, as the chart is drawn.
    gap() {
        const names = [...document.querySelectorAll(".shares text:not(.tick)")];
        const chart = document.querySelector(".shares");
        const ends = names.map(e => e.getBoundingClientRect().right);
        const left = chart.querySelector(".line").getBoundingClientRect().left;
        return (left - Math.max(...ends)) * chart.viewBox.baseVal.width / chart.clientWidth;
    },
    // How much larger or smaller than drawn each figure is, and whether it is in a box that scrolls.
    scales() {
        return [...document.querySelectorAll("figure img, .figure img")].map(e => {
            const style = getComputedStyle(e), box = e.closest(".scroll");
            const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
            const scale = (e.clientWidth - padding) / e.naturalWidth;
            return [scale, e.clientHeight > 0, box !== null && box.tabIndex === 0];
        });
    },
    // Where each fragment of an address leads, and how that is shown.
    landed(fragments) {
        return fragments.map(fragment => {
            location.hash = fragment;
            const found = document.querySelector(":target");
            if (!found) return null;
            // A mark that begins where a line breaks has an empty box at the end of the line before.
            const box = [...found.getClientRects()].find(b => b.width > 0);
            const plain = document.createElement("mark");
            document.querySelector(".original").append(plain);
            const colours = [found, plain, document.body].map(
                e => getComputedStyle(e).backgroundColor);
            plain.remove();
            const shown = [...document.getElementsByClassName(found.className)];
            return {
                text: shown.map(e => e.textContent).join(""),
                visible: Boolean(box) && box.top >= 0 && box.bottom <= innerHeight,
                alike: shown.every(e => getComputedStyle(e).backgroundColor === colours[0]),
                colours,
            };
        });
    },
};
