package billing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What a customer has to pay. */
public class Invoice {
    private final String number;
    private final List<BigDecimal> amounts = new ArrayList<>();

    public Invoice(String number) {
        this.number = number;
    }

    public void add(BigDecimal amount) {
        amounts.add(amount);
    }

    public BigDecimal total() {
        BigDecimal total = BigDecimal.ZERO;
        for (BigDecimal amount : amounts) {
            total = total.add(amount);
        }
        return total;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Invoice && ((Invoice) other).number == number;
    }
}
