import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'

import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

const site = join(import.meta.dirname, '..', '..', 'site')
const dist = join(site, '.vitepress', 'dist')
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const run = promisify(execFile)

// Debian's Chromium, where it is installed; CHROMIUM names another.
describe.skipIf(!existsSync(executablePath))('the playground in a browser', { timeout: 60_000 }, () => {
  let browser: Browser | undefined
  let address: string
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname
    const file = extname(path) === '' ? `${path || 'index'}.html` : path
    readFile(join(dist, file)).then(
      content => response.setHeader('content-type', types[extname(file)] ?? 'text/plain').end(content),
      () => response.writeHead(404).end(),
    )
  })
  let base = '/'

  beforeAll(async () => {
    await run(process.execPath, [join(site, 'node_modules', 'vitepress', 'bin', 'vitepress.js'), 'build'], {
      cwd: site,
    })
    const page = await readFile(join(dist, 'playground.html'), 'utf8')
    base = /href="(\/[^"]*?)assets\//.exec(page)?.[1] ?? expect.unreachable('the page has no assets')
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const listening = server.address()
    address = typeof listening === 'object' ? `http://127.0.0.1:${listening?.port}${base}playground` : ''
    browser = await chromium.launch({ executablePath, args })
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  async function open(viewport = { width: 1280, height: 900 }, fragment = ''): Promise<Page> {
    const page = await (browser ?? expect.unreachable()).newPage({ viewport })
    onTestFinished(() => page.close())
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(address + fragment)
    await page.getByRole('heading', { name: 'Playground' }).waitFor()
    // Until the page is alive, nothing answers to what is typed.
    await page.waitForFunction('"__vue_app__" in document.querySelector("#app")')
    expect(errors).toEqual([])
    return page
  }

  test('resolves what is typed, as it is typed', async () => {
    const page = await open()
    await page.getByLabel('Options, as YAML or JSON').fill('quota_project_id: my-other-project')
    await page.getByRole('row', { name: /quotaProjectId my-other-project option/ }).waitFor()
    await page.getByLabel('Environment variables').fill('GOOGLE_CLOUD_UNIVERSE_DOMAIN=foo.test')
    await page.getByRole('row', { name: /endpoint https:\/\/vision.foo.test\/ service/ }).waitFor()
    await page.getByLabel('Environment variables').fill('')
    await page.getByLabel('Client certificate').selectOption('option')
    await page.getByRole('row', { name: /clientCertificate presented option/ }).waitFor()
  })

  test('leads from a problem to its place in the text, by the keyboard alone', async () => {
    const page = await open()
    const editor = page.getByLabel('Options, as YAML or JSON')
    await editor.fill('api_key: K\nquotaProject: x\n')
    await page.getByText('1 problem').waitFor()
    expect(await editor.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('mark').textContent()).toBe('quotaProject')
    const name = 'Line 2, column 1'
    await page.getByRole('button', { name }).waitFor()
    await editor.focus()
    for (let tab = 0; tab < 8 && (await page.evaluate('document.activeElement.textContent.trim()')) !== name; tab++) {
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    const selected = await page.evaluate('getSelection().toString()')
    expect(selected).toBe('quotaProject')
  })

  test('shares the state by a link without its secrets', async () => {
    const page = await open()
    await page.getByLabel('Options, as YAML or JSON').fill('api_key: AIzaCanary\nquota_project_id: p\n')
    expect(await page.locator('table').textContent()).not.toContain('AIzaCanary')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText(/without secrets/).waitFor()
    const { hash } = new URL(page.url())
    expect(hash).not.toContain('AIzaCanary')
    const other = await open(undefined, hash)
    await expect.poll(() => other.getByLabel('Options, as YAML or JSON').inputValue()).toContain('quota_project_id: p')
  })

  test('fits a phone', async () => {
    const page = await open({ width: 390, height: 844 })
    await page.getByLabel('Options, as YAML or JSON').fill(`quota_project_id: ${'long-'.repeat(30)}`)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })
})

/** Chromium asks nobody but this machine. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}
