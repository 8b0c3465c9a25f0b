// Prints the contexts of JSON-LD that Fedify carries with it, by their address.

import { preloadedContexts } from "@fedify/vocab-runtime";

console.log(JSON.stringify(preloadedContexts));
