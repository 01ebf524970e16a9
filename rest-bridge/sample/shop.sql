-- The sample project: a small shop for house, garden and travel. Our own; free to copy.

create table languages (
  code varchar(5) primary key,
  name varchar(50) not null,
  direction varchar(3) not null default 'ltr'
);

create table categories (
  id integer primary key,
  name varchar(100) not null,
  slug varchar(100) not null unique,
  parent integer references categories (id),
  sort integer not null default 0
);
create index categories_parent_index on categories (parent);

create table products (
  id integer primary key,
  sku varchar(20) not null unique,
  name varchar(200) not null,
  description text,
  status varchar(20) not null default 'draft' check (status in ('draft', 'published', 'archived')),
  price decimal(10, 2) not null,
  weight_kg float,
  stock integer not null default 0,
  is_featured boolean not null default false,
  attributes json,
  category integer references categories (id),
  released_on date,
  created_at timestamp not null default current_timestamp,
  updated_at timestamp
);
create index products_category_index on products (category);
create index products_status_index on products (status);

create table product_translations (
  id integer primary key,
  product integer not null references products (id) on delete cascade,
  language varchar(5) not null references languages (code),
  name varchar(200) not null,
  description text,
  unique (product, language)
);
create index product_translations_language_index on product_translations (language);

create table tags (
  id integer primary key,
  name varchar(50) not null unique,
  color varchar(7)
);

create table product_tags (
  product integer not null references products (id) on delete cascade,
  tag integer not null references tags (id) on delete cascade,
  primary key (product, tag)
);
create index product_tags_tag_index on product_tags (tag);

create table warehouses (
  code char(3) primary key,
  name varchar(100) not null,
  city varchar(100) not null,
  opens_at time not null
);

-- A composite key that is more than a junction: it has values of its own.
create table stock_levels (
  warehouse char(3) not null references warehouses (code),
  product integer not null references products (id) on delete cascade,
  quantity integer not null default 0,
  counted_at timestamp not null default current_timestamp,
  primary key (warehouse, product)
);
create index stock_levels_product_index on stock_levels (product);

create table customers (
  id integer primary key,
  first_name varchar(100) not null,
  last_name varchar(100) not null,
  email varchar(200) not null unique,
  city varchar(100),
  country char(2) not null,
  born_on date,
  wants_newsletter boolean not null default false,
  created_at timestamp not null default current_timestamp
);

create table orders (
  id integer primary key,
  number varchar(20) not null unique,
  customer integer not null references customers (id),
  status varchar(20) not null default 'open' check (status in ('open', 'paid', 'shipped', 'delivered', 'cancelled')),
  currency char(3) not null default 'EUR',
  total decimal(10, 2) not null,
  note text,
  placed_at timestamp not null default current_timestamp,
  shipped_at timestamp
);
create index orders_customer_index on orders (customer);
create index orders_placed_at_index on orders (placed_at);

create table order_items (
  id integer primary key,
  "order" integer not null references orders (id) on delete cascade,
  product integer not null references products (id),
  quantity integer not null default 1,
  unit_price decimal(10, 2) not null
);
create index order_items_order_index on order_items ("order");
create index order_items_product_index on order_items (product);

create table reviews (
  id integer primary key,
  product integer not null references products (id) on delete cascade,
  customer integer references customers (id) on delete set null,
  rating integer not null check (rating between 1 and 5),
  title varchar(200),
  body text,
  is_published boolean not null default true,
  created_at timestamp not null default current_timestamp
);
create index reviews_product_index on reviews (product);
create index reviews_customer_index on reviews (customer);

-- An expression has no type of its own in SQLite; a cast gives it one.
create view product_sales as
select
  products.id as product,
  products.name as product_name,
  cast(count(distinct orders.id) as integer) as orders,
  cast(sum(order_items.quantity) as integer) as units,
  cast(round(sum(order_items.quantity * order_items.unit_price), 2) as real) as revenue
from products
join order_items on order_items.product = products.id
join orders on orders.id = order_items."order"
where orders.status <> 'cancelled'
group by products.id, products.name;
