import java.io.File;
import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Holds files against PDF/UA-1 with veraPDF's library: `java Check.java FILE ...`. One line each:
 * the file, how many checks were made, and the rules that were broken (none, when it passes).
 */
class Check {
  private static final int EACH_RULE_ONCE = 1;

  public static void main(String[] files) throws Exception {
    LogManager.getLogManager().getLogger("").setLevel(Level.SEVERE);
    PrintStream answers = System.out;
    System.setOut(System.err); // the library may say things of its own
    VeraGreenfieldFoundryProvider.initialise();
    for (String file : files) {
      answers.println(file + "\t" + verdict(new File(file)));
    }
  }

  private static String verdict(File file) throws Exception {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, PDFAFlavour.PDFUA_1);
        PDFAValidator validator =
            Foundries.defaultInstance()
                .createValidator(PDFAFlavour.PDFUA_1, EACH_RULE_ONCE, false, true, false)) {
      ValidationResult result = validator.validate(parser);
      StringBuilder broken = new StringBuilder();
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          broken.append(assertion.getRuleId().getClause())
              .append('-')
              .append(assertion.getRuleId().getTestNumber())
              .append(' ');
        }
      }
      if (broken.length() == 0 && !result.isCompliant()) {
        broken.append("unnamed");
      }
      return result.getTotalAssertions() + "\t" + broken.toString().trim();
    }
  }
}
