-- Totals by customer.
select customer, sum(total)
from orders
group by customer;

-- Customers without an order.
select name
from customers
where name not in (select customer from orders);
