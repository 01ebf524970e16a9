/** An icon for a collection that metadata gives none, told from its name. Names are those of the public contract's icon set. */

const guesses: readonly (readonly [words: RegExp, icon: string])[] = [
  [/^directus_(activity|revisions|versions)$/, 'list_alt'],
  [/^directus_(dashboards|panels)$/, 'insights'],
  [/^directus_(flows|operations)$/, 'account_tree'],
  [/^directus_deployment/, 'package'],
  [/^directus_presets$/, 'star'],
  [/^directus_shares$/, 'public'],
  [/notification/, 'notifications'],
  [/translation|language|locale/, 'translate'],
  [/review|rating/, 'reviews'],
  [/customer|client|people|person|contact|member/, 'people'],
  [/user|account|employee|author|artist|staff/, 'person'],
  [/order_?item|line_?item|cart|basket/, 'shopping_cart'],
  [/order|invoice|receipt|bill/, 'receipt_long'],
  [/payment|transaction/, 'payments'],
  [/tag|label/, 'sell'],
  [/categor|genre|topic/, 'category'],
  [/stock|inventor|product|article_?number|sku/, 'inventory_2'],
  [/warehouse|store|shop/, 'store'],
  [/shipment|deliver|shipping/, 'local_shipping'],
  [/article|post|page|document|note/, 'article'],
  [/album|track|song|playlist|music/, 'music_note'],
  [/image|photo|picture|media/, 'image'],
  [/file|attachment/, 'insert_drive_file'],
  [/folder/, 'folder'],
  [/event|appointment|calendar|booking/, 'event'],
  [/address|location|place|city|cities|countr|region/, 'place'],
  [/compan|organi[sz]ation|department|supplier|vendor/, 'business'],
  [/message|comment|chat/, 'chat'],
  [/mail/, 'mail'],
  [/setting|config|option/, 'settings'],
  [/role|permission|polic|access/, 'security'],
  [/report|statistic|sales|metric/, 'bar_chart'],
]

/** null when the name says nothing. */
export function guessIcon(name: string): string | null {
  const text = name.toLowerCase()
  return guesses.find(([words]) => words.test(text))?.[1] ?? null
}
