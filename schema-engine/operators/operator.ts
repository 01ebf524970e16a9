/** The interface of an operator: one value with two faces, `sql` for the database and `matches` for memory. */

export type OperatorName =
  | '_eq' | '_neq' | '_lt' | '_lte' | '_gt' | '_gte' | '_in' | '_nin' | '_between' | '_nbetween'
  | '_null' | '_nnull' | '_empty' | '_nempty'
  | '_contains' | '_ncontains' | '_icontains' | '_nicontains'
  | '_starts_with' | '_nstarts_with' | '_istarts_with' | '_nistarts_with'
  | '_ends_with' | '_nends_with' | '_iends_with' | '_niends_with'
  | '_intersects' | '_nintersects' | '_intersects_bbox' | '_nintersects_bbox'
  | '_json'
