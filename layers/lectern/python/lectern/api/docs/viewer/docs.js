// Shows the document with Swagger UI in the place of the list that the server made.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// A link within the button that opens an operation is nothing that assistive technology can use, and
// there is one server, the one that the page is from.
const plainer = ({ React }) => ({
  wrapComponents: {
    DeepLink: () => ({ text }) => React.createElement("span", null, text),
    ServersContainer: () => () => null,
  },
});

SwaggerUIBundle({
  url: document.querySelector("#document").href,
  dom_id: "#viewer",
  plugins: [plainer],
  deepLinking: true,
  filter: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});

// Swagger UI leaves some of its controls without a name, and what scrolls out of the keyboard's reach.
function name(part) {
  for (const control of part.querySelectorAll("select:not([aria-label], [id]), textarea:not([aria-label], [id])")) {
    const row = control.closest("tr")?.querySelector(".parameter__name");
    control.setAttribute("aria-label", row?.firstChild?.textContent ?? "Request body");
  }
  for (const example of part.querySelectorAll("pre:not([tabindex])")) {
    example.tabIndex = 0;
  }
}
const viewer = document.querySelector("#viewer");
new MutationObserver(() => name(viewer)).observe(viewer, { childList: true, subtree: true });
