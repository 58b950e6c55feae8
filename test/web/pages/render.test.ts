// The one escaper of the pages.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { render } from '../../../src/web/pages/render.ts'
import { html } from '../../../src/web/view/html.ts'

it('is what a parser reads back, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.oneof(fc.constantFrom(...`"'<>&\u202e\0a =`), fc.string({ unit: 'binary', maxLength: 1 })),
      }),
      (text) => {
        const shown = render(html`<p title=${text}>${text}</p>`)
        const [, attribute = '', content = ''] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(shown) ?? []
        expect(attribute).toBe(content)
        const read = content.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
        if (/^[\x20-\x7e]*$/.test(text)) expect(read).toBe(text)
      },
    ),
  )
})
