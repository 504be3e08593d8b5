/** The start page of the standalone server: what is running, and lines to try. A pure function. */

import { paths } from '../wire.ts'

export interface StartPageProps {
  readonly origin: string
  readonly basePath: string
  readonly version: string
  readonly production: boolean
}

export function startPage({ origin, basePath, version, production }: StartPageProps): string {
  const base = escapeHtml(`${origin}${basePath}`)
  const site = escapeHtml(origin)
  const json = `-H 'Content-Type: application/json'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Countersign is running</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>Countersign is running</h1>
<p>An authentication server: register, log in, refresh, log out. Version ${escapeHtml(version)},
${production ? 'production' : 'development: accounts are kept in an SQLite file in the data folder'}.</p>

<h2>Try it</h2>
<p>Make an account, log in, and keep the answer's tokens:</p>
<pre><code>curl ${base}${paths.register} ${json} \\
  -d '{"username":"ada","password":"correct horse battery"}'

curl ${base}${paths.login} ${json} \\
  -d '{"username":"ada","password":"correct horse battery"}'</code></pre>
<p>Open a guarded route, then exchange the refresh token, then log out:</p>
<pre><code>curl ${site}/protected -H "Authorization: Bearer $ACCESS_TOKEN"

curl ${base}${paths.refreshToken} ${json} \\
  -d "{\\"refreshToken\\":\\"$REFRESH_TOKEN\\"}"

curl -i -X POST ${base}${paths.logout} \\
  -H "Authorization: Bearer $ACCESS_TOKEN"</code></pre>
<p>The same with cookies, which no script can read:</p>
<pre><code>curl -c jar ${base}${paths.login} ${json} \\
  -H 'Origin: ${site}' \\
  -d '{"username":"ada","password":"correct horse battery","transport":"cookie"}'

curl -b jar ${site}/protected

curl -b jar -c jar -X POST ${base}${paths.refreshToken} \\
  -H 'Origin: ${site}'</code></pre>

<h2>For services</h2>
<ul>
<li><a href="${base}${paths.openapi}">OpenAPI 3.1</a>: every route</li>
<li><a href="${base}${paths.jwks}">Public keys</a>: for any JWT library</li>
<li><a href="${base}${paths.metadata}">Metadata</a> (RFC 8414)</li>
<li><a href="/healthz">Health</a> and <a href="/readyz">readiness</a></li>
</ul>
</main>
</body>
</html>
`
}

export const styleSheet = `:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#fff;--box:#f2f4f7;--link:#1750b4}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#a3adba;--paper:#14181e;--box:#1f252d;--link:#8ab4ff}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:3rem 1.25rem 4rem}
h1{font-size:1.9rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.2rem 0 .4rem}
p{margin:.6rem 0}a{color:var(--link)}li{margin:.25rem 0}
pre{background:var(--box);border-radius:8px;padding:1rem;overflow-x:auto;font-size:.86rem;line-height:1.5}
code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace}
`

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
