/** What the sample shop sells, written by hand. */

export const languages = [
  { code: 'de', name: 'Deutsch', direction: 'ltr' },
  { code: 'fr', name: 'Français', direction: 'ltr' },
  { code: 'ja', name: '日本語', direction: 'ltr' },
  { code: 'ar', name: 'العربية', direction: 'rtl' },
] as const

/** [name, its subcategories] */
export const categoryTree = [
  ['Kitchen', ['Coffee & Tea', 'Cookware', 'Tableware']],
  ['Garden', ['Tools', 'Seeds', 'Pots & Planters']],
  ['Home', ['Lighting', 'Textiles', 'Storage']],
  ['Travel', ['Bags', 'Camping']],
] as const

export const tags = [
  ['handmade', '#b5651d'],
  ['recycled', '#2e8b57'],
  ['gift', '#c71585'],
  ['new', '#1e90ff'],
  ['sale', '#dc143c'],
  ['vegan', '#6b8e23'],
  ['bestseller', '#daa520'],
  ['outdoor', '#228b22'],
  ['limited', '#4b0082'],
  ['dishwasher-safe', '#4682b4'],
] as const

export type CatalogueEntry = {
  readonly name: string
  readonly category: string
  readonly price: string
  readonly weightKg: number | null
  readonly material: string
  readonly translations?: Readonly<Partial<Record<(typeof languages)[number]['code'], string>>>
}

const entry = (
  category: string,
  name: string,
  price: string,
  weightKg: number | null,
  material: string,
  translations?: CatalogueEntry['translations'],
): CatalogueEntry => ({ name, category, price, weightKg, material, ...(translations && { translations }) })

export const catalogue: readonly CatalogueEntry[] = [
  entry('Coffee & Tea', 'Pour-over Kettle 0.9 l', '64.90', 0.82, 'steel', {
    de: 'Schwanenhalskessel 0,9 l',
    fr: 'Bouilloire col de cygne 0,9 l',
    ja: '細口ケトル 0.9 L',
  }),
  entry('Coffee & Tea', 'Ceramic Dripper “Ōmi”', '28.50', 0.41, 'ceramic', {
    de: 'Keramikfilter „Ōmi“',
    fr: 'Porte-filtre en céramique « Ōmi »',
    ja: '陶器ドリッパー「近江」',
    ar: 'مقطّر خزفي «أومي»',
  }),
  entry('Coffee & Tea', 'Hand Grinder', '89.00', 0.55, 'steel', {
    de: 'Handmühle',
    fr: 'Moulin à main',
    ja: '手挽きミル',
  }),
  entry('Coffee & Tea', 'Linen Tea Cosy', '24.00', 0.12, 'linen', {
    de: 'Teewärmer aus Leinen',
    fr: 'Cache-théière en lin',
  }),
  entry('Coffee & Tea', 'Cast Iron Teapot', '72.40', 1.65, 'cast iron', {
    de: 'Teekanne aus Gusseisen',
    fr: 'Théière en fonte',
    ja: '鉄瓶',
  }),
  entry('Cookware', 'Crêpe Pan 28 cm', '54.95', 1.9, 'cast iron', { de: 'Crêpepfanne 28 cm', fr: 'Crêpière 28 cm' }),
  entry('Cookware', 'Dutch Oven 4.5 l', '149.00', 5.2, 'cast iron', {
    de: 'Schmortopf 4,5 l',
    fr: 'Cocotte 4,5 l',
    ar: 'قدر حديدي ٤٫٥ لتر',
  }),
  entry('Cookware', 'Steamer Basket', '19.90', 0.35, 'bamboo', { de: 'Dämpfkorb', fr: 'Panier vapeur', ja: '蒸籠' }),
  entry('Cookware', 'Olive Wood Spoon Set', '22.00', 0.18, 'wood', {
    de: 'Löffelset aus Olivenholz',
    fr: 'Lot de cuillères en olivier',
  }),
  entry('Tableware', 'Breakfast Bowl, speckled', '18.00', 0.48, 'ceramic', {
    de: 'Müslischale, gesprenkelt',
    fr: 'Bol petit-déjeuner moucheté',
  }),
  entry('Tableware', 'Dinner Plate “Fjord”', '26.50', 0.74, 'ceramic', {
    de: 'Teller „Fjord“',
    fr: 'Assiette « Fjord »',
  }),
  entry('Tableware', 'Water Carafe 1 l', '34.00', 0.66, 'glass', {
    de: 'Wasserkaraffe 1 l',
    fr: 'Carafe à eau 1 l',
    ar: 'إبريق ماء ١ لتر',
  }),
  entry('Tableware', 'Espresso Cups, set of 4', '39.90', 0.6, 'ceramic', {
    de: 'Espressotassen, 4er-Set',
    fr: 'Tasses à espresso, lot de 4',
  }),
  entry('Tools', 'Hori-hori Garden Knife', '42.00', 0.3, 'steel', {
    de: 'Gartenmesser Hori-Hori',
    fr: 'Couteau de jardin hori-hori',
    ja: '掘り堀りナイフ',
  }),
  entry('Tools', 'Pruning Shears', '37.50', 0.24, 'steel', { de: 'Gartenschere', fr: 'Sécateur', ja: '剪定鋏' }),
  entry('Tools', 'Watering Can 9 l', '58.00', 1.4, 'zinc', { de: 'Gießkanne 9 l', fr: 'Arrosoir 9 l' }),
  entry('Tools', 'Garden Twine, 100 m', '7.90', 0.2, 'jute', {
    de: 'Gartenschnur, 100 m',
    fr: 'Ficelle de jardin, 100 m',
  }),
  entry('Seeds', 'Tomato “Cœur de Bœuf”', '3.20', 0.01, 'seeds', {
    de: 'Tomate „Ochsenherz“',
    fr: 'Tomate « Cœur de Bœuf »',
  }),
  entry('Seeds', 'Wildflower Mix 50 m²', '12.80', 0.15, 'seeds', {
    de: 'Wildblumenmischung 50 m²',
    fr: 'Mélange de fleurs sauvages 50 m²',
  }),
  entry('Seeds', 'Thai Basil', '2.90', 0.01, 'seeds', { de: 'Thai-Basilikum', fr: 'Basilic thaï' }),
  entry('Seeds', 'Rainbow Chard', '3.10', 0.01, 'seeds', { de: 'Regenbogenmangold', fr: 'Blette arc-en-ciel' }),
  entry('Pots & Planters', 'Terracotta Pot 22 cm', '14.50', 2.1, 'clay', {
    de: 'Terrakottatopf 22 cm',
    fr: 'Pot en terre cuite 22 cm',
  }),
  entry('Pots & Planters', 'Hanging Planter', '31.00', 0.9, 'ceramic', {
    de: 'Hängeampel',
    fr: 'Suspension pour plante',
  }),
  entry('Pots & Planters', 'Raised Bed, larch', '189.00', 24, 'wood', {
    de: 'Hochbeet aus Lärche',
    fr: 'Potager surélevé en mélèze',
  }),
  entry('Lighting', 'Paper Lantern 45 cm', '27.90', 0.3, 'paper', {
    de: 'Papierlaterne 45 cm',
    fr: 'Lanterne en papier 45 cm',
    ja: '和紙提灯 45 cm',
  }),
  entry('Lighting', 'Brass Reading Lamp', '129.00', 2.8, 'brass', {
    de: 'Leselampe aus Messing',
    fr: 'Lampe de lecture en laiton',
  }),
  entry('Lighting', 'Beeswax Candles, set of 6', '21.60', 0.72, 'beeswax', {
    de: 'Bienenwachskerzen, 6er-Set',
    fr: 'Bougies en cire d’abeille, lot de 6',
  }),
  entry('Lighting', 'Solar String Lights', '33.30', 0.5, 'copper', {
    de: 'Solar-Lichterkette',
    fr: 'Guirlande solaire',
  }),
  entry('Textiles', 'Merino Throw 130 × 180', '119.00', 1.1, 'wool', {
    de: 'Merinodecke 130 × 180',
    fr: 'Plaid mérinos 130 × 180',
  }),
  entry('Textiles', 'Linen Sheets, double', '164.00', 1.8, 'linen', {
    de: 'Leinenbettwäsche, doppelt',
    fr: 'Draps en lin, double',
  }),
  entry('Textiles', 'Cushion “Ærø”', '38.00', 0.6, 'cotton', { de: 'Kissen „Ærø“', fr: 'Coussin « Ærø »' }),
  entry('Textiles', 'Waffle Towel', '17.50', 0.28, 'cotton', { de: 'Waffelhandtuch', fr: 'Serviette nid d’abeille' }),
  entry('Storage', 'Willow Basket', '44.00', 1.2, 'willow', { de: 'Weidenkorb', fr: 'Panier en osier' }),
  entry('Storage', 'Stacking Crate', '23.90', 1.6, 'wood', { de: 'Stapelkiste', fr: 'Caisse empilable' }),
  entry('Storage', 'Mason Jars, set of 6', '26.40', 2.4, 'glass', {
    de: 'Einmachgläser, 6er-Set',
    fr: 'Bocaux, lot de 6',
  }),
  entry('Bags', 'Waxed Canvas Rucksack', '159.00', 1.3, 'canvas', {
    de: 'Rucksack aus gewachstem Canvas',
    fr: 'Sac à dos en toile cirée',
  }),
  entry('Bags', 'Weekender 42 l', '139.50', 1.5, 'canvas', { de: 'Reisetasche 42 l', fr: 'Sac week-end 42 l' }),
  entry('Bags', 'Market Tote', '15.00', 0.16, 'cotton', { de: 'Markttasche', fr: 'Cabas' }),
  entry('Bags', 'Felt Laptop Sleeve 14″', '36.00', 0.22, 'wool', {
    de: 'Laptophülle aus Filz 14″',
    fr: 'Housse en feutre 14″',
  }),
  entry('Camping', 'Enamel Mug', '11.90', 0.14, 'enamel', { de: 'Emaillebecher', fr: 'Tasse en émail' }),
  entry('Camping', 'Two-person Tent “Käärmä”', '329.00', 2.6, 'nylon', {
    de: 'Zelt für zwei „Käärmä“',
    fr: 'Tente deux places « Käärmä »',
  }),
  entry('Camping', 'Down Sleeping Bag −5 °C', '249.00', 0.98, 'down', {
    de: 'Daunenschlafsack −5 °C',
    fr: 'Sac de couchage en duvet −5 °C',
  }),
  entry('Camping', 'Fire Steel', '13.40', 0.06, 'steel', { de: 'Feuerstahl', fr: 'Pierre à feu' }),
  entry('Camping', 'Gift Card', '50.00', null, 'paper'),
]
