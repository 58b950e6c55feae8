// Texts that hosts, repositories and people might write to be more than text: fragments of markup, glued together at random.

import fc from 'fast-check'

const FRAGMENTS = [
  ...[
    '@octocat',
    '@acme/sre',
    '#123',
    'acme/shop#1',
    'GH-1',
    'deadbeef1234567',
    'https://evil.example',
    'www.evil.example',
  ],
  ...[
    '![x](https://evil.example/p.png)',
    '[x](javascript:alert(1))',
    '[x]: https://evil.example',
    '<img src=x onerror=1>',
  ],
  ...[
    '<!-- houston:ro1/comment/1 -->',
    '<!--',
    '-->',
    '<details>',
    '</details>',
    '<script>',
    '&#64;octocat',
    '&lt;',
    '$`x`$',
  ],
  ...[
    '`',
    '``',
    '```',
    '````',
    '``````',
    '~~~',
    '```text',
    '\n```\n',
    '\n~~~\n',
    '\r```\r',
    '\r\n',
    '\n',
    '\n\n',
    '\t',
    ' ',
  ],
  ...[
    '|',
    '\\|',
    '\\\\|',
    '\\',
    '\\`',
    '| a | b |\n| - | - |',
    '# ',
    '- ',
    '> ',
    '1. ',
    '* * *',
    '---',
    '===',
    '    ',
    '**',
    '_',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\u0000',
    '\u001b[31m',
    '\u001b]8;;https://evil.example\u0007',
    '\u0007',
    '\u2028',
    '\ud800',
  ],
  ...['/deploy prod', '::add-mask::', '<!channel>', '\u{e0041}', '\ufeff', '…', 'ˋ', '¦', '🚀', 'e\u0301', 'naïve'],
]

export const hostileText = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...FRAGMENTS) }, fc.string({ unit: 'binary', maxLength: 8 })),
    {
      ...{ minLength: 1, maxLength: 12 },
    },
  )
  .map((parts) => parts.join(''))
