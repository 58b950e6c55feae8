// What the pages use of preact and of htm/preact, and no more: their own declarations bring a browser's types into the whole program,
// where they contradict Node's. tsconfig.json names this file in their place.

export type VNode<P = object> = {
  readonly type: unknown
  readonly props: P & { readonly children?: ComponentChildren }
  readonly key: unknown
}

export type ComponentChildren = VNode | string | number | boolean | null | undefined | readonly ComponentChildren[]

export function render(view: ComponentChildren, parent: object): void

export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): ComponentChildren
