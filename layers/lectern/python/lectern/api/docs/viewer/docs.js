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
