// What the book's pages need beyond HTML: code and tables that are wider than the page can be
// scrolled from the keyboard, and what is folded away is printed, too.
'use strict';

(() => {
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

    let unfolded = [];

    window.addEventListener('beforeprint', () => {
        unfolded = [...document.querySelectorAll('details:not([open])')];
        unfolded.forEach(details => { details.open = true; });
    });
    window.addEventListener('afterprint', () => {
        unfolded.forEach(details => { details.open = false; });
    });
})();
