// What the book's pages need beyond HTML: flags stay in one piece, code and tables that are wider than
// the page can be scrolled from the keyboard, and paper gets a page that is meant for it.
'use strict';

(() => {
    // A browser would break a line after the dashes of --latency, or within an arrow.
    for (const code of document.querySelectorAll('main :not(pre) > code')) {
        if (code.firstElementChild || !/--|->|<-/.test(code.textContent)) {
            continue;
        }
        const parts = code.textContent.split(/(--[\w-]+|<?->|<-)/).map((part, place) => {
            const span = document.createElement('span');
            span.className = 'flag';
            span.textContent = part;
            return place % 2 ? span : part;
        });
        code.replaceChildren(...parts);
    }

    const wide = document.querySelectorAll('pre > code, .table-wrapper');

    function makeReachable() {
        for (const element of wide) {
            if (element.scrollWidth > element.clientWidth) {
                element.tabIndex = 0;
            } else {
                element.removeAttribute('tabindex');
            }
        }
    }

    makeReachable();
    window.addEventListener('resize', makeReachable);

    // Another book at the same address may have stored a theme that this one doesn't have.
    const theme = ['rust', 'coal', 'ayu'].find(name => document.documentElement.classList.contains(name));
    if (theme) {
        document.getElementById(`mdbook-theme-${theme === 'rust' ? 'light' : 'navy'}`)?.click();
    }

    // On paper: light, and with nothing folded away.
    const page = document.documentElement.classList;
    let undo = [];

    window.addEventListener('beforeprint', () => {
        for (const details of document.querySelectorAll('details:not([open])')) {
            details.open = true;
            undo.push(() => { details.open = false; });
        }
        if (page.replace('navy', 'light')) {
            undo.push(() => { page.replace('light', 'navy'); });
        }
    });
    window.addEventListener('afterprint', () => {
        undo.forEach(step => step());
        undo = [];
    });
})();
