/**
 * Letters that look like Latin ones, and the skeleton by which lookalikes of a name are found.
 *
 * The table is the part of Unicode's confusables.txt (UTS 39, version 10.0.0) that maps one letter to
 * Latin ones, for the scripts in which whole words can be spelt so: Latin itself, Greek, Cyrillic,
 * Armenian, Cherokee, Canadian Aboriginal and Lisu; and the small capitals. All in lower case.
 */

/** Latin letters, and what looks like them. */
const lookalikes: Readonly<Record<string, string>> = {
  2: 'ƨƻꝛꙅᒿ',
  3: 'ʒȝꝫɜзҙӡ',
  4: 'ꮞ',
  6: 'бꮾ',
  8: 'ȣ',
  9: 'ꝯ',
  a: 'ɑαаꭺᗅꓮᴀ',
  aa: 'ꜳ',
  ae: 'æӕ',
  ao: 'ꜵ',
  au: 'ꜷ',
  av: 'ꜹꜻ',
  ay: 'ꜽ',
  b: 'ƀƃƅɓꞵβвьѣҍꮟᏼᖯᗷꓐʙ',
  bl: 'ы',
  c: 'ȼᴄсҫꮯꓚ',
  d: 'ðđɖƌɗԁꭰꮷᑯᗞᗪꓒꓓᴅ',
  dz: 'ʣ',
  e: 'ɇꬲεеҽҿꭼꓰᴇ',
  f: 'ƒᵮẝꞙꬵϝքᖴꓝꜰ',
  g: 'ƍǥɠɡᶃԍցꮐᏻꓖɢ',
  h: 'ħɦⱨнћңһӈӊꚕհꮋꮒᏺᕼꓧʜ',
  i: 'ıɩɨɪᵻᵼιіӏꙇꭵ',
  j: 'ɉʝϳјꭻᒍꓙᴊ',
  k: 'ƙⱪꝁκкқҟꮶꓗᴋ',
  l: 'łƚǀɫɭꮮᒪꓡꓲʟ',
  ll: 'ǁ',
  lo: 'ю',
  ls: 'ʪ',
  lz: 'ʫ',
  m: 'μϻмӎꮇᗰꓟᴍ',
  n: 'ɲƞɳᵰηոռꓠɴ',
  o: 'øɵᴏᴑꝋꬽꬾθοσоѳөօꮎꮻꭴꓳ',
  oe: 'œ',
  oo: 'ꝏꚙ',
  p: 'ƥᵽρрꮲᑭꓑᴘ',
  q: 'ʠԛգզ',
  r: 'ʀɍɼɽᵲꭇꭈᴦгғꭱꮢꮁᖇꓣ',
  rn: 'ɱᵯ',
  s: 'ƽʂᵴꜱѕտꮥꮪꓢ',
  t: 'ŧƭʈⱦᵵτтҭꭲꓔᴛ',
  t3: 'ꜩ',
  tf: 'ꝷ',
  ts: 'ʦ',
  u: 'ʉʋᴜᵾꞟꭎꭒυսꮜᑌꓴ',
  ue: 'ᵫ',
  uo: 'ꭣ',
  v: 'ᴠνѵꮩᐯꓦ',
  w: 'ɯᴡꝡѡѽԝաꮃꮤꓪ',
  x: 'ꭓχхҳᕁᕽꓫ',
  y: 'ƴɏɣʏᶌỿꭚγуүұꭹꮍꓬ',
  z: 'ƶȥʐᴢᵶζꮓꓜ',
}

/** What is drawn alike in ASCII itself, and digits that people read as letters. */
const asciiLookalikes: readonly (readonly [string, string])[] = [
  ['0', 'o'],
  ['1', 'l'],
  ['i', 'l'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['7', 't'],
  ['rn', 'm'],
  ['vv', 'w'],
]

const latinOf: ReadonlyMap<string, string> = new Map(
  Object.entries(lookalikes).flatMap(([latin, letters]) =>
    [...letters].map((letter) => [letter, latin] as const),
  ),
)

/**
 * The skeleton of a username: two names with one skeleton are easily taken for each other.
 *
 * It ignores accents, dots, hyphens and underscores, and is no name itself.
 *
 * @param key the compared form of the username.
 */
export function skeletonOf(key: string): string {
  const letters = [...key.normalize('NFD')].filter((character) => !/[\p{M}._-]/u.test(character))
  const latin = letters.map((letter) => latinOf.get(letter) ?? letter).join('')
  return asciiLookalikes.reduce((text, [drawn, read]) => text.replaceAll(drawn, read), latin)
}
