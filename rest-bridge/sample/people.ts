/** Who buys in the sample shop and what they say of it: invented, any likeness is chance. */

/** [first name, last name, city, country] */
export const people = [
  ['Amélie', 'Dubois', 'Lyon', 'FR'],
  ['Jonas', 'Großmann', 'Köln', 'DE'],
  ['Yuki', 'Tanaka', '大阪', 'JP'],
  ['Siobhán', "O'Rourke", 'Galway', 'IE'],
  ['Łukasz', 'Wiśniewski', 'Kraków', 'PL'],
  ['Ingrid', 'Bjørnstad', 'Tromsø', 'NO'],
  ['Mateo', 'Fernández', 'Sevilla', 'ES'],
  ['Zeynep', 'Yılmaz', 'İzmir', 'TR'],
  ['Priya', 'Raman', 'Chennai', 'IN'],
  ['Noah', 'van der Meer', 'Utrecht', 'NL'],
  ['Chiara', 'Moretti', 'Torino', 'IT'],
  ['Olena', 'Коваль', 'Львів', 'UA'],
  ['Tomáš', 'Dvořák', 'Brno', 'CZ'],
  ['Aino', 'Mäkinen', 'Tampere', 'FI'],
  ['Kwame', 'Mensah', 'Kumasi', 'GH'],
  ['Beatriz', 'Gonçalves', 'Porto', 'PT'],
  ['Henrik', 'Sjöberg', 'Malmö', 'SE'],
  ['Leila', 'Haddad', 'Tunis', 'TN'],
  ['Emil', 'Ångström', 'Uppsala', 'SE'],
  ['Grace', 'Liu', 'Vancouver', 'CA'],
  ['Dário', 'Silva', 'Recife', 'BR'],
  ['Nora', 'Kiss-Nagy', 'Pécs', 'HU'],
  ['Elif', 'Şahin', 'Bursa', 'TR'],
  ['Pádraig', 'Byrne', 'Cork', 'IE'],
  ['Hanna', 'Schäfer', 'Münster', 'DE'],
  ['Élodie', 'Lefèvre', 'Nantes', 'FR'],
  ['Marek', 'Nowak', 'Łódź', 'PL'],
  ['Sofia', 'Papadopoulou', 'Θεσσαλονίκη', 'GR'],
  ['Wei', 'Zhang', 'Singapore', 'SG'],
  ['Anders', 'Høj', 'Århus', 'DK'],
  ['Lena', 'Müller', 'Zürich', 'CH'],
  ['Gwen', 'Pritchard', 'Cardiff', 'GB'],
  ['Rui', 'Nakamura', '札幌', 'JP'],
  ['Ada', 'Okafor', 'Lagos', 'NG'],
  ['Felix', 'Brandstätter', 'Graz', 'AT'],
  ['Maja', 'Horvat', 'Zagreb', 'HR'],
] as const

/** What is said, by the number of stars. [title, text] */
export const opinions: Readonly<Record<number, readonly (readonly [string, string | null])[]>> = {
  5: [
    ['Exactly what I was looking for', 'Arrived in two days, well packed, and better made than the pictures suggest.'],
    ['Parfait', 'Très belle qualité, je recommande. 👍'],
    ['Immer wieder', 'Schon das dritte als Geschenk gekauft – alle waren begeistert.'],
    ['とても良い', '丁寧な作りで、毎日使っています。'],
  ],
  4: [
    ['Very good', 'Does its job. One star less for the packaging: too much of it.'],
    ['Solide', 'Gut verarbeitet, die Farbe ist etwas dunkler als auf dem Bild.'],
    ['Nice', null],
  ],
  3: [
    ['Fine for the price', 'Neither good nor bad. "Handmade" shows, in both senses.'],
    ['Correct', 'Livraison un peu longue.'],
  ],
  2: [['Smaller than expected', 'Check the measurements before you order; mine went back.']],
  1: [['Broken on arrival', 'The parcel had a dent and so had the thing inside. Refund came within 3 days, 100 %.']],
}

export const orderNotes = [
  'Please leave it with the neighbour (No. 12).',
  'Gift wrap, please – no invoice in the box!',
  'Klingel defekt, bitte anrufen.',
  'Livrer après 18 h.',
] as const
