/** `examples/server-rendered` in a real browser without JavaScript: its cookies, its CSRF rule. */

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { leftOut } from '../left-out.ts'
import { findChromium, launchChromium } from '../support/chromium.ts'
import { type ExampleProcess, startExample } from '../support/example-process.ts'
import { listen } from '../support/test-server.ts'

const program = findChromium()
if (program === undefined)
  leftOut('browser tests', 'apt-get install chromium, or set CHROMIUM_PATH')

const password = 'correct horse battery'

describe.runIf(program)('in Chromium, without JavaScript', () => {
  let example: ExampleProcess
  let browser: Browser

  beforeAll(async () => {
    // With an issuer, other ports and names of this machine are other sites.
    const environment = { COUNTERSIGN_ISSUER: 'http://localhost' }
    example = await startExample('server-rendered', environment)
    browser = await launchChromium(program ?? '')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await example?.stop()
  })

  /** A visitor with cookies of their own, who has an account and is logged in. */
  async function visitor(username: string) {
    const context = await browser.newContext({ javaScriptEnabled: false })
    context.setDefaultTimeout(10_000)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const press = (name: string) => page.getByRole('button', { name }).click()
    await page.goto(example.url)
    expect(page.url()).toBe(`${example.url}/login?returnTo=%2F`)
    await page.getByRole('link', { name: 'Make an account' }).click()
    await page.getByLabel('Username').fill(username)
    await page.getByLabel('Password').fill(password)
    await press('Make the account')
    const isLoggedIn = () => page.getByRole('heading', { name: `Hello, ${username}` }).isVisible()
    expect(await isLoggedIn()).toBe(true)
    const cookieNames = async () => (await context.cookies()).map(({ name }) => name).sort()
    const loseAccessCookie = () => context.clearCookies({ name: 'access_token' })
    return { context, page, press, isLoggedIn, cookieNames, loseAccessCookie }
  }

  test('a visitor comes back after the access cookie has gone, and logs out after it has gone', async () => {
    const { page, press, isLoggedIn, cookieNames, loseAccessCookie } = await visitor('ada')
    const all = ['access_token', 'device_token', 'refresh_token']
    expect(await cookieNames()).toEqual(all)
    await loseAccessCookie()
    await page.reload()
    expect(await isLoggedIn()).toBe(true)
    expect(await cookieNames()).toEqual(all)
    await loseAccessCookie()
    await press('Log out')
    expect(await cookieNames()).toEqual(['device_token'])
    await page.goto(example.url)
    expect(page.url()).toContain('/login')
  })

  test('tabs that are opened at once after the access cookie has gone are all logged in', async () => {
    const { context, loseAccessCookie } = await visitor('bob')
    for (let round = 1; round <= 3; round += 1) {
      await loseAccessCookie()
      const tabs = await Promise.all(Array.from({ length: 6 }, () => context.newPage()))
      await Promise.all(tabs.map((tab) => tab.goto(example.url)))
      for (const tab of tabs) expect(tab.url()).toBe(`${example.url}/`)
      await Promise.all(tabs.map((tab) => tab.close()))
    }
  })

  test('C4: a link from another site finds the visitor logged in; a form from there is refused', async () => {
    const { page, press, isLoggedIn, loseAccessCookie } = await visitor('carol')
    const evil = `<!doctype html><a href="${example.url}">visit</a>
      <form method="post" action="${example.url}/logout"><button>Win</button></form>`
    const elsewhere = await listen((_request, response) => {
      response.setHeader('Content-Type', 'text/html').end(evil)
    })
    // `localhost` and 127.0.0.1 are two sites.
    const hosts = [elsewhere, example.url].map((url) => new URL(url).hostname)
    expect(hosts).toEqual(['127.0.0.1', 'localhost'])
    await loseAccessCookie()
    await page.goto(elsewhere)
    await page.getByRole('link', { name: 'visit' }).click()
    expect(await isLoggedIn()).toBe(true)
    await page.goto(elsewhere)
    await press('Win')
    expect(await page.getByRole('alert').textContent()).toContain('must come from the application')
    await page.goto(example.url)
    expect(await isLoggedIn()).toBe(true)
  })

  test('a mistake is announced, and the page keeps the name that was typed', async () => {
    const { page, press } = await visitor('dave')
    await press('Log out')
    await page.getByLabel('Username').fill('dave')
    await page.getByLabel('Password').fill('not the password')
    await press('Log in')
    expect(await page.getByRole('alert').textContent()).toContain(
      'The name or the password is wrong',
    )
    expect(await page.getByLabel('Username').inputValue()).toBe('dave')
    expect(await page.title()).toBe('Error: Log in')
  })
})
