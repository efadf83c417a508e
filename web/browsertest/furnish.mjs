// What people who have worked for a while leave behind: files of every kind,
// departments, messages. For tests that look at the pages of a space.
import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import { submit } from './world.mjs';

const chunk = (name, data) => {
  const body = Buffer.concat([Buffer.from(name), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** A picture in PNG, all of one colour. */
export function picture(width = 480, height = 320) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8); // eight bits each of red, green and blue
  const rows = Buffer.alloc(height * (1 + 3 * width), 0x9c);
  for (let y = 0; y < height; y++) rows[y * (1 + 3 * width)] = 0; // no filter
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PDF of one page that says `words`. */
export function pdf(words) {
  const stream = `BT /F1 36 Tf 72 700 Td (${words}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${stream.length}>>\nstream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return String(at).padStart(10, '0');
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((at) => `${at} 00000 n \n`).join('')}`;
  return Buffer.from(`${text}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`);
}

/** Sends a form that may hold files; gives the address it leads to. */
export async function upload(who, path, multipart) {
  const answer = await who.context.request.post(path, { multipart, headers: { Origin: who.portal.base } });
  assert.ok(answer.ok(), `${path} answers ${answer.status()}`);
  return new URL(answer.url());
}

/** Puts a file into a folder of the drive. */
export const put = (who, space, name, buffer, { mimeType = 'application/octet-stream', folder = '0', audience = '' } = {}) =>
  upload(who, `${space}/files`, { folder, audience, file: { name, mimeType, buffer } });

/** Where things of these names are in the page at `path`: name → address. */
export async function linksIn(who, path, pattern) {
  const html = await (await who.context.request.get(path)).text();
  return Object.fromEntries([...html.matchAll(/<a class="rows__title" href="([^"]+)"[^>]*>([^<]+)<\/a>/g)]
    .filter(([, href]) => pattern.test(href)).map(([, href, name]) => [name, href]));
}

/** The list of departments that is imported: one row names nobody who is here. */
export const chart = (member) => [
  'department,title,email,head',
  `Sales,Head of sales,${member},x`,
  'Sales > Catalogue and print,Editor,',
  'Sales > Catalogue and print > 写真・画像制作グループ,,',
  'Sales > Shops,,nobody.here@aoyama.test',
  'Warehouse,,',
].join('\n');

/** Fills the space of `settle` and the portal around it. */
export async function furnish({ member, guest, space, thread }, host, maker) {
  const folder = (await submit(member, `${space}/files/folders/new`, { folder: '0', name: 'Cover proofs', audience: 'everyone' }), await linksIn(member, `${space}/files`, /folder=/))['Cover proofs'];
  await put(member, space, 'Page plan autumn.pdf', pdf('Autumn page plan'), { mimeType: 'application/pdf' });
  await put(member, space, 'harbour.png', picture(), { mimeType: 'image/png' });
  await put(member, space, '秋号_表紙案_最終確認用（山田さん確認済み）第2版.txt', Buffer.from('表紙は港の写真にします。\n'.repeat(30)), { mimeType: 'text/plain' });
  await put(member, space, 'Prices.xlsx', Buffer.from('not really a sheet'), { audience: 'team' });
  await put(guest, space, 'Bleed of page 18.txt', Buffer.from('three millimetres\n'), { mimeType: 'text/plain' });
  await put(member, space, 'Bleed of page 18.txt', Buffer.from('five millimetres\n'), { mimeType: 'text/plain' });
  const list = await upload(host, '/admin/orgchart/import', { encoding: 'auto', file: { name: 'chart.csv', mimeType: 'text/csv', buffer: Buffer.from(chart(maker.email)) } });
  await submit(host, list.pathname);
  await submit(guest, `${thread}/comments`, { text: `Both are fine, @${maker.name}. The **first** is brighter.` });
  return { folder, files: await linksIn(member, `${space}/files`, /files\/\d+$/), list: list.pathname };
}
