// The pages: pure functions from properties to HTML. Whatever came from outside goes through `text`.

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Escapes for elements and quoted attributes. What is no text (an array of a form) shows as none. */
const text = (value) =>
  typeof value === 'string' ? value.replace(/[&<>"']/g, (character) => entities[character]) : ''

export function registerPage({ username, error }) {
  return page(
    'Make an account',
    error,
    `<form method="post" action="/register">
${nameField(username, error)}
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required
 minlength="8" aria-describedby="password-hint${error ? ' error' : ''}">
<p class="hint" id="password-hint">8 characters or more; a sentence is good, and easy to keep in mind.</p>
<button>Make the account</button>
</form>
<p>You have one? <a href="/login">Log in</a></p>`,
  )
}

export function loginPage({ username, returnTo, error }) {
  return page(
    'Log in',
    error,
    `<form method="post" action="/login">
${nameField(username, error)}
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${described(error)}>
<input type="hidden" name="returnTo" value="${text(returnTo)}">
<button>Log in</button>
</form>
<p>New here? <a href="/register">Make an account</a></p>`,
  )
}

const done = {
  session: 'The session has ended.',
  password: 'The password is changed, and every other session has ended.',
}

export function accountPage({ user, sessions, currentId, done: what, error }) {
  const message = Object.hasOwn(done, what ?? '')
    ? `<p class="done" role="status">${done[what]}</p>`
    : ''
  return page(
    `Hello, ${text(user.username)}`,
    error,
    `${message}
<h2>Where you are logged in</h2>
<ul class="sessions">
${sessions.map((session) => sessionItem(session, session.id === currentId)).join('\n')}
</ul>

<h2>Change the password</h2>
<form method="post" action="/password">
<input type="text" name="username" autocomplete="username" value="${text(user.username)}" readonly hidden>
<label for="current">Present password</label>
<input id="current" name="currentPassword" type="password" autocomplete="current-password" required${described(error)}>
<label for="new">New password</label>
<input id="new" name="newPassword" type="password" autocomplete="new-password" required minlength="8"${described(error)}>
<button>Change it</button>
</form>

<form method="post" action="/logout" class="leave"><button class="quiet">Log out</button></form>`,
  )
}

export const errorPage = (message) =>
  page(
    'That did not work',
    undefined,
    `<p role="alert">${text(message)}</p>\n<p><a href="/">Back to the start</a></p>`,
  )

function sessionItem({ id, userAgent, createdAt, lastUsedAt }, isCurrent) {
  const end = isCurrent
    ? '<strong>this browser</strong>'
    : `<form method="post" action="/sessions/${text(id)}/end"><button class="quiet">End<span class="unseen"> the session of ${time(createdAt)}</span></button></form>`
  return `<li><div><span class="device">${text(userAgent) || 'Unknown device'}</span>
<span class="hint">since <time datetime="${text(createdAt)}">${time(createdAt)}</time>, last seen ${time(lastUsedAt)}</span></div>
${end}</li>`
}

const time = (iso) => `${text(iso).slice(0, 16).replace('T', ' ')} UTC`

const described = (error) => (error ? ' aria-describedby="error"' : '')

const nameField = (username, error) => `<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
 required value="${text(username)}"${described(error)}>`

function page(title, error, content) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${error ? 'Error: ' : ''}${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>${title}</h1>
${error ? `<div class="error" role="alert" id="error">${reasons(error)}</div>` : ''}
${content}
</main>
</body>
</html>
`
}

/** The sentences of an AuthError are made to be shown; of anything else nobody is told. */
function reasons(error) {
  if (error.name !== 'AuthError') return '<p>Something went wrong here. Try again.</p>'
  const { fields = [] } = error.details
  if (fields.length === 0) return `<p>${text(error.message)}</p>`
  return fields.map(({ field, message }) => `<p>${text(field)} ${text(message)}</p>`).join('\n')
}

export const styleSheet = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #f6f7f9; --card: #fff; --line: #c5ccd6;
  --soft: #566173; --accent: #1f5fbf; --on-accent: #fff; --bad: #a4161a; --good: #1b6b3a }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --paper: #12161c; --card: #1b212a;
  --line: #47515f; --soft: #a3aebd; --accent: #8ab6ff; --on-accent: #10151c; --bad: #ff9a94; --good: #7fd6a0 } }
* { box-sizing: border-box }
body { margin: 0; padding: 3rem 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 30rem; margin: auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem }
h1 { margin: 0 0 1.5rem; font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere }
h2 { margin: 2rem 0 .75rem; font-size: 1.1rem }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input:not([hidden]) { display: block; width: 100%; padding: .6rem .75rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--soft); border-radius: .4rem }
button { margin-top: 1.25rem; padding: .6rem 1.1rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .4rem;
  cursor: pointer }
button.quiet { margin: 0; color: var(--accent); background: none }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) }
.hint { display: block; margin: .25rem 0 0; color: var(--soft); font-size: .9rem }
.error { padding: .1rem 1rem; color: var(--bad); border: 1px solid; border-left-width: .4rem; border-radius: .4rem }
.done { color: var(--good) }
.sessions { margin: 0; padding: 0; list-style: none }
.sessions li { display: flex; gap: 1rem; align-items: center; justify-content: space-between;
  padding: .75rem 0; border-top: 1px solid var(--line) }
.device { overflow-wrap: anywhere; font-size: .95rem }
.leave { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--line) }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
`
