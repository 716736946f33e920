// Looks at a report page with a browser: axe in both schemes and two widths, all details closed and open; nothing wider
// than the screen; the page without its script; each place that the keyboard comes to has a visible focus.
//
//   node check.mjs <report.html> [<folder for screenshots>]
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [page_file, folder = 'screenshots'] = process.argv.slice(2);
if (!page_file) {
  console.error('usage: node check.mjs <report.html> [<folder for screenshots>]');
  process.exit(2);
}
const address = pathToFileURL(resolve(page_file)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const bad = [];
const wrong = (text) => { bad.push(text); console.log(`wrong: ${text}`); };
mkdirSync(folder, { recursive: true });

const size = statSync(page_file).size;
console.log(`${size} bytes`);
if (size >= 1024 * 1024) wrong('the page is not below 1 MiB');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

const view = async (name, options, look) => {
  const context = await browser.newContext({ bypassCSP: true, ...options });
  const page = await context.newPage();
  page.on('request', (request) => { if (request.url() !== address) wrong(`${name}: the page asks for ${request.url()}`); });
  page.on('pageerror', (error) => wrong(`${name}: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error') wrong(`${name}: ${message.text()}`); });
  await page.goto(address);
  await look(page);
  await context.close();
};

const audit = async (page, name) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const { impact, id, help, nodes } of violations) {
    const line = `${name}: ${impact} ${id}: ${help} (${nodes.length}: ${nodes[0].target.join(' ')})`;
    if (impact === 'serious' || impact === 'critical') wrong(line);
    else console.log(`minor: ${line}`);
  }
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (spill > 0) wrong(`${name}: ${spill} px wider than the screen`);
};

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 360]) {
    const name = `${colorScheme}-${width}`;
    await view(name, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
      await audit(page, name);
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
      await page.locator('#unfold').click();
      await audit(page, `${name}-unfolded`);
    });
  }
}

await view('without-script', { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } }, async (page) => {
  if (await page.locator('#filter').isVisible()) wrong('without-script: the filter is there, and does nothing');
  await page.screenshot({ path: join(folder, 'without-script.png') });
});

// With the page's own policy: a script and a style sheet that it forbids would be errors on the console.
await view('policy', { bypassCSP: false }, async (page) => {
  await page.locator('#text').fill('no such check');
  await page.waitForFunction(() => document.getElementById('shown').textContent.startsWith('0 of '));
});

await view('keyboard', { viewport: { width: 1280, height: 900 } }, async (page) => {
  const seen = new Set();
  for (let count = 0; count < 1000; count += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const place = document.activeElement;
      if (!place || place === document.body) return null;
      globalThis.places ??= [];
      if (!globalThis.places.includes(place)) globalThis.places.push(place);
      const { outlineStyle, outlineWidth } = getComputedStyle(place);
      const { width, height, left } = place.getBoundingClientRect();
      const visible = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0 && left >= 0;
      return { key: globalThis.places.indexOf(place), visible, html: place.outerHTML.slice(0, 80) };
    });
    if (!at || seen.has(at.key)) break;
    seen.add(at.key);
    if (!at.visible) wrong(`keyboard: no visible focus on ${at.html}`);
    if (count === 10) await page.screenshot({ path: join(folder, 'keyboard.png') });
  }
  console.log(`keyboard: ${seen.size} places`);
  if (seen.size < 5) wrong('keyboard: hardly anything can be reached');
});

await view('print', { viewport: { width: 1280, height: 900 } }, async (page) => {
  await page.pdf({ path: join(folder, 'print.pdf'), format: 'A4', printBackground: true });
});

await browser.close();
console.log(bad.length === 0 ? 'nothing is wrong' : `${bad.length} wrong`);
process.exitCode = bad.length === 0 ? 0 : 1;
