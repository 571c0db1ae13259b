/**
 * The document of the Swagger UI.
 *
 * @param root where `/` is, as seen from it: relative, so that it works behind a path of a proxy as well.
 */
export function docsPage(root: './' | '../'): string {
  const files = `${root}docs/static`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>gfl-serve: API reference</title>
<link rel="stylesheet" href="${files}/swagger-ui.css">
<link rel="stylesheet" href="${files}/index.css">
<link rel="stylesheet" href="${files}/gate.css">
<link rel="icon" href="${files}/icon.svg" type="image/svg+xml">
</head>
<body>
<main id="gate" hidden>
<form>
<h1>This service wants an API key</h1>
<p>It is kept in this tab only, and sent to this service only.</p>
<label for="key">API key</label>
<input id="key" type="password" autocomplete="off" spellcheck="false" required>
<button type="submit">Use this key</button>
</form>
<p role="alert"></p>
</main>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; <a href="${root}openapi.yaml">openapi.yaml</a> says the same.</noscript>
<script src="${files}/swagger-ui-bundle.js"></script>
<script src="${files}/initialize.js"></script>
</body>
</html>
`;
}
